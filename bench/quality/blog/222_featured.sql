-- case: posts with a mark in hstore that few have
-- kind: gin, partial
-- calls: 2000/h literals
-- writes: posts INSERT 10/h
-- expect: CREATE INDEX ON posts USING gin (meta)
-- accept: CREATE INDEX ON posts USING gist (meta)
-- harmful: CREATE INDEX ON posts USING hash (meta) | unused: ? is no comparison
-- measured: without=26.614 with=0.299 ratio=0.0112 used=yes
SELECT id, title FROM posts WHERE meta ? 'featured';
