-- case: the timeline: the newest twenty of each whom I follow, merged
-- kind: lateral, top_n, composite
-- calls: 15000/h prepared
-- writes: posts INSERT 4000/h
-- params: 77777
-- params: 33333
-- expect: CREATE INDEX ON posts (author_id, created_at)
-- accept: CREATE INDEX ON posts (author_id, created_at DESC)
-- harmful: CREATE INDEX ON posts (created_at) | slow: passes by everybody's posts for each one followed
-- measured: without=1315.961 with=37.965 ratio=0.0288 used=yes
SELECT p.id, p.author_id, p.body, p.created_at FROM follows AS f CROSS JOIN LATERAL (
    SELECT id, author_id, body, created_at FROM posts WHERE author_id = f.followee_id ORDER BY created_at DESC LIMIT 20) AS p
WHERE f.follower_id = $1 ORDER BY p.created_at DESC LIMIT 20;
