-- case: an account by its number
-- kind: equality, existing
-- calls: 9000/h prepared
-- params: 'DE00000000000037305409'
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON accounts USING hash (iban) | size: the unique index serves it
-- measured: without=0.005 with=0.005 ratio=1.0000 used=yes
SELECT id, kind FROM accounts WHERE iban = $1;
