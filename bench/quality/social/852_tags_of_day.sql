-- case: the tags of a day's posts, most used first
-- heldout: 2026-11-22
-- kind: join, range, foreign_key, group
-- calls: 720/h prepared
-- writes: posts INSERT 300/h, hashtags INSERT 400/h
-- params: '2024-03-01', '2024-03-02'
-- params: '2023-10-10', '2023-10-11'
-- expect: CREATE INDEX ON posts (created_at)
-- expect: CREATE INDEX ON hashtags (post_id)
-- accept: CREATE INDEX ON posts (created_at); CREATE INDEX ON hashtags (post_id) INCLUDE (tag)
-- accept: CREATE INDEX ON posts (created_at); CREATE INDEX ON hashtags (post_id, tag)
-- accept: CREATE INDEX ON posts (created_at, id); CREATE INDEX ON hashtags (post_id, tag)
-- accept: CREATE INDEX ON posts (created_at) INCLUDE (id); CREATE INDEX ON hashtags (post_id) INCLUDE (tag)
-- harmful: CREATE INDEX ON hashtags (tag) | unused: no condition on it
-- measured: without=146.351 with=0.921 ratio=0.0063 used=yes
SELECT h.tag, count(*) FROM posts AS p JOIN hashtags AS h ON h.post_id = p.id
WHERE p.created_at >= $1 AND p.created_at < $2 GROUP BY h.tag ORDER BY count(*) DESC LIMIT 10;
