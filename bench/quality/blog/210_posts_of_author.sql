-- case: an author's page counts what was published
-- kind: equality, existing
-- calls: 400/h prepared
-- params: 4000
-- params: 2500
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON posts (author_id, status) | size: the index on the author leads to thirty rows
-- measured: without=0.011 with=0.029 ratio=2.6364 used=yes
SELECT count(*), max(published_at) FROM posts WHERE author_id = $1 AND status = 'published';
