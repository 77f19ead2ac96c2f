-- case: a post is deleted; answers, likes and tags refer to it, and only the likes' key begins with it
-- kind: foreign_key, write
-- calls: 300/h prepared
-- params: 399990
-- params: 399850
-- expect: CREATE INDEX ON posts (reply_to)
-- expect: CREATE INDEX ON hashtags (post_id)
-- accept: CREATE INDEX ON posts (reply_to) WHERE reply_to IS NOT NULL; CREATE INDEX ON hashtags (post_id)
-- harmful: CREATE INDEX ON likes (post_id) | slow: the primary key begins with it
DELETE FROM posts WHERE id = $1 AND NOT EXISTS (SELECT FROM posts AS r WHERE r.reply_to = $1);
