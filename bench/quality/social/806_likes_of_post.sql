-- case: how many like a post
-- kind: group, existing
-- calls: 60000/h loop
-- params: 1
-- params: 250000
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON likes (post_id) | size: the primary key begins with it
-- measured: without=0.028 with=0.020 ratio=0.7143 used=yes
SELECT count(*) FROM likes WHERE post_id = $1;
