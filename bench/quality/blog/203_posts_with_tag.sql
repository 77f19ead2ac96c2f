-- case: a tag's page
-- kind: array, gin
-- calls: 2000/h prepared
-- writes: posts INSERT 10/h
-- params: '{word2500}'
-- params: '{word1700}'
-- expect: CREATE INDEX ON posts USING gin (tags)
-- harmful: CREATE INDEX ON posts (tags) | unused: @> is no operator of a B-tree
-- measured: without=76.800 with=0.028 ratio=0.0004 used=yes
SELECT id, title FROM posts WHERE tags @> $1::text[];
