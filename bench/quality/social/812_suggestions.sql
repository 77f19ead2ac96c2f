-- case: whom those follow whom I follow, and I do not
-- kind: join, anti_join, existing
-- calls: 600/h prepared
-- params: 77777
-- params: 88888
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON follows (followee_id) | unused: each step begins with the one who follows
-- measured: without=0.208 with=0.188 ratio=0.9038 used=no
SELECT b.followee_id, count(*) AS n FROM follows AS a JOIN follows AS b ON b.follower_id = a.followee_id
WHERE a.follower_id = $1 AND NOT EXISTS (
    SELECT FROM follows AS c WHERE c.follower_id = $1 AND c.followee_id = b.followee_id)
GROUP BY b.followee_id ORDER BY n DESC LIMIT 10;
