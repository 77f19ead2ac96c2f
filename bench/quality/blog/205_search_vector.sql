-- case: the search page, on a stored tsvector
-- kind: fulltext, gin
-- calls: 2500/h prepared
-- writes: posts INSERT 10/h
-- params: 'word2000 & word14'
-- params: 'word2999'
-- expect: CREATE INDEX ON posts USING gin (search)
-- harmful: CREATE INDEX ON posts (search) | unused: @@ is no operator of a B-tree
-- measured: without=64.466 with=0.052 ratio=0.0008 used=yes
SELECT id, title FROM posts WHERE search @@ to_tsquery('simple', $1);
