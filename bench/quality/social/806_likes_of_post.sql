-- case: how many like a post
-- kind: group, existing
-- calls: 60000/h loop
-- params: 1
-- params: 250000
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON likes (post_id) | size: the primary key begins with it
SELECT count(*) FROM likes WHERE post_id = $1;
