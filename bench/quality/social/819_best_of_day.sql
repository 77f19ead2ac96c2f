-- case: the best posts of a day; scores change all the time
-- kind: range, top_n
-- calls: 2000/h literals
-- writes: posts INSERT 4000/h, posts UPDATE 200000/h (score)
-- expect: CREATE INDEX ON posts (created_at)
-- harmful: CREATE INDEX ON posts (score) | slow: passes by the best of all years
-- harmful: CREATE INDEX ON posts (created_at, score) | writes: each like would write it, and the range comes first
-- measured: without=88.905 with=0.085 ratio=0.0010 used=yes
SELECT id, author_id, score FROM posts WHERE created_at >= '2024-03-01' AND created_at < '2024-03-02' ORDER BY score DESC LIMIT 10;
