-- case: how much was written each month: all posts
-- kind: group
-- calls: 1/h report
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON posts (published_at) | unused: the words of all posts are wanted
-- measured: without=110.550 with=97.922 ratio=0.8858 used=no
SELECT date_trunc('month', published_at) AS month, sum(words) FROM posts GROUP BY month ORDER BY month;
