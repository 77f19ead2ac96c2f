-- case: what waits for approval, oldest first
-- kind: partial, sort, limit
-- calls: 600/h literals
-- writes: comments INSERT 80/h, comments UPDATE 80/h (approved)
-- expect: CREATE INDEX ON comments (created_at) WHERE NOT approved
-- accept: CREATE INDEX ON comments (created_at) WHERE approved = false
-- accept: CREATE INDEX ON comments (approved, created_at)
-- harmful: CREATE INDEX ON comments (created_at) | slow: reads a hundred comments for each that waits
-- measured: without=38.392 with=0.015 ratio=0.0004 used=yes
SELECT id, post_id, body FROM comments WHERE NOT approved ORDER BY created_at LIMIT 50;
