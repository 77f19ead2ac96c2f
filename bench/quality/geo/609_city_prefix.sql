-- case: the city field completes what is typed
-- kind: text_prefix, expression, limit
-- calls: 9000/h literals
-- expect: CREATE INDEX ON cities (lower(name) text_pattern_ops)
-- accept: CREATE INDEX ON cities (lower(name) COLLATE "C")
-- harmful: CREATE INDEX ON cities (name text_pattern_ops) | unused: the comparison is with lower(name)
-- harmful: CREATE INDEX ON cities (lower(name)) | unused: the collation is not C, LIKE cannot use it
-- measured: without=19.256 with=0.008 ratio=0.0004 used=yes
SELECT id, name FROM cities WHERE lower(name) LIKE 'saint brookdae%' LIMIT 10;
