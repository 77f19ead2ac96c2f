-- case: the mean rating by category: all places
-- kind: group
-- calls: 2/h report
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON places (category_id) | unused: all rows are wanted
SELECT category_id, count(*), avg(rating) FROM places GROUP BY category_id;
