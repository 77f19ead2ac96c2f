-- case: a profile's page, the name as typed
-- kind: expression, equality, existing
-- calls: 50000/h prepared
-- params: 'User4711'
-- params: 'USER99'
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON users (handle) | unused: the unique index is on the expression
-- measured: without=0.005 with=0.005 ratio=1.0000 used=no
SELECT id, display_name FROM users WHERE lower(handle) = lower($1);
