-- case: a post's page
-- kind: equality, existing
-- calls: 50000/h prepared
-- params: 'post-4711', 'en'
-- params: 'post-4712', 'de'
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON posts (slug) | size: the unique index has both columns
-- measured: without=0.005 with=0.004 ratio=0.8000 used=yes
SELECT id, title, excerpt FROM posts WHERE slug = $1 AND lang = $2;
