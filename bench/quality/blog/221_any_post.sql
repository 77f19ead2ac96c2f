-- case: "surprise me"
-- kind: sort
-- calls: 100/h literals
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON posts (status) | unused: 85 % are published, and all of them are drawn for
-- instead: SELECT id, title FROM posts TABLESAMPLE SYSTEM (0.1) WHERE status = 'published' ORDER BY random() LIMIT 1
-- measured: without=38.719 with=37.644 ratio=0.9722 used=no instead=0.121
SELECT id, title FROM posts WHERE status = 'published' ORDER BY random() LIMIT 1;
