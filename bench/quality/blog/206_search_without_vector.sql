-- case: the help pages are searched without a stored vector
-- kind: fulltext, gin, expression
-- calls: 300/h prepared
-- params: 'term4711'
-- params: 'term4000 & term17'
-- expect: CREATE INDEX ON pages USING gin (to_tsvector('english', body))
-- accept: CREATE INDEX ON pages USING gin (to_tsvector('english'::regconfig, body))
-- harmful: CREATE INDEX ON pages USING gin (to_tsvector('simple', body)) | unused: another configuration
-- measured: without=240.677 with=0.011 ratio=0.0000 used=yes
SELECT id, title FROM pages WHERE to_tsvector('english', body) @@ to_tsquery('english', $1);
