-- case: the three best posts of some authors by a window function
-- kind: window, top_n, in_list
-- calls: 900/h prepared
-- writes: posts INSERT 4000/h, posts UPDATE 200000/h (score)
-- params: '{50000,60000,70000,80000}'
-- params: '{99000,98000,44444}'
-- expect: CREATE INDEX ON posts (author_id)
-- accept: CREATE INDEX ON posts (author_id, created_at)
-- harmful: CREATE INDEX ON posts (score) | unused: all scores of the authors are ranked
-- harmful: CREATE INDEX ON posts (author_id, score) | writes: each like would write it, to sort forty rows
-- measured: without=194.502 with=0.021 ratio=0.0001 used=yes
SELECT id, author_id, score FROM (
    SELECT id, author_id, score, row_number() OVER (PARTITION BY author_id ORDER BY score DESC) AS place
    FROM posts WHERE author_id = ANY ($1::int[])) AS p WHERE place <= 3;
