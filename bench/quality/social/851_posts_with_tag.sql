-- case: a tag's page: the newest twenty posts with it
-- heldout: 2026-11-22
-- kind: join, equality, top_n
-- calls: 9000/h prepared
-- writes: hashtags INSERT 400/h
-- params: substr(md5('17'), 1, 7)
-- params: substr(md5('29000'), 1, 7)
-- params: substr(md5('0'), 1, 7)
-- expect: CREATE INDEX ON hashtags (tag)
-- accept: CREATE INDEX ON hashtags (tag, post_id)
-- accept: CREATE INDEX ON hashtags (tag) INCLUDE (post_id)
-- accept: CREATE INDEX ON hashtags USING hash (tag)
-- accept: CREATE INDEX ON hashtags (tag text_pattern_ops)
-- harmful: CREATE INDEX ON posts (created_at) | slow: walks back until twenty with the tag have come
-- measured: without=13.903 with=1.229 ratio=0.0884 used=yes
SELECT p.id, p.author_id, p.created_at, p.body FROM hashtags AS h JOIN posts AS p ON p.id = h.post_id
WHERE h.tag = $1 ORDER BY p.created_at DESC LIMIT 20;
