-- case: people by a part of the name
-- kind: substring, gin, limit
-- calls: 2000/h prepared
-- writes: users INSERT 30/h
-- params: '%anna ab1%'
-- params: '%grete 9%'
-- expect: CREATE INDEX ON users USING gin (display_name gin_trgm_ops)
-- harmful: CREATE INDEX ON users (lower(display_name)) | unused: the pattern has no fixed beginning
-- measured: without=226.149 with=0.966 ratio=0.0043 used=yes
SELECT id, display_name FROM users WHERE display_name ILIKE $1;
