-- case: who has one of my rarer interests
-- kind: array, gin
-- calls: 900/h prepared
-- writes: users INSERT 30/h
-- params: '{990,987}'
-- params: '{900}'
-- expect: CREATE INDEX ON users USING gin (interests)
-- harmful: CREATE INDEX ON users (interests) | unused: && is no operator of a B-tree
-- measured: without=75.094 with=0.281 ratio=0.0037 used=yes
SELECT id, display_name FROM users WHERE interests && $1::int[];
