-- case: how many two users both follow
-- kind: join, existing
-- calls: 8000/h prepared
-- params: 77777, 77778
-- params: 500, 600
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON follows (follower_id) | size: the primary key begins with it
-- harmful: CREATE INDEX ON follows (since, follower_id) | unused: no condition on the time
-- measured: without=0.015 with=0.013 ratio=0.8667 used=no
SELECT count(*) FROM follows AS a JOIN follows AS b ON b.followee_id = a.followee_id
WHERE a.follower_id = $1 AND b.follower_id = $2;
