-- case: each request looks up its session by a token of 128 characters
-- kind: hash, equality
-- calls: 200000/h prepared
-- writes: sessions INSERT 2000/h, sessions DELETE 2000/h
-- params: md5('a77') || md5('b77') || md5('c77') || md5('d77')
-- params: md5('a190000') || md5('b190000') || md5('c190000') || md5('d190000')
-- expect: CREATE INDEX ON sessions USING hash (token)
-- harmful: CREATE INDEX ON sessions (token, user_id, expires_at) | size: repeats the whole table, many times as large as a hash
-- measured: without=16.482 with=0.004 ratio=0.0002 used=yes
SELECT user_id, expires_at FROM sessions WHERE token = $1;
