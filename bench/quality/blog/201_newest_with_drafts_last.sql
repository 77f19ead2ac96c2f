-- case: the editor's list: newest first, drafts without a date at the end
-- kind: sort, limit, is_null
-- calls: 900/h prepared
-- writes: posts INSERT 10/h
-- expect: CREATE INDEX ON posts (published_at DESC NULLS LAST)
-- accept: CREATE INDEX ON posts (published_at NULLS FIRST)
-- harmful: CREATE INDEX ON posts (published_at) | unused: read backwards it starts with the NULLs
-- harmful: CREATE INDEX ON posts (published_at DESC) | unused: starts with the NULLs
-- measured: without=63.584 with=0.009 ratio=0.0001 used=yes
SELECT id, title, status, published_at FROM posts ORDER BY published_at DESC NULLS LAST LIMIT 20;
