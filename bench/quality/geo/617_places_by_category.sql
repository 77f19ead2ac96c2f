-- case: the mean rating by category: all places
-- kind: group
-- calls: 2/h report
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON places (category_id) | unused: all rows are wanted
-- measured: without=154.574 with=162.405 ratio=1.0507 used=no
SELECT category_id, count(*), avg(rating) FROM places GROUP BY category_id;
