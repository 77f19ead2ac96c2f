-- case: each failure looks for its error
-- kind: equality, write
-- calls: 3000/h prepared
-- writes: errors INSERT 20/h, errors UPDATE 3000/h (last_at, seen)
-- params: md5('4711')
-- params: md5('59000')
-- expect: CREATE INDEX ON errors (fingerprint)
-- accept: CREATE INDEX ON errors USING hash (fingerprint)
-- measured: without=42.860 with=0.072 ratio=0.0017 used=yes
UPDATE errors SET seen = seen + 1, last_at = '2024-04-01' WHERE fingerprint = $1;
