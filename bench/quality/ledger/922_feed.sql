-- case: another system fetches the entries in portions, by the last key it has
-- kind: keyset, existing, limit
-- calls: 900/h prepared
-- params: 400000
-- params: 689000
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON entries (id, account_id, amount) | size: repeats half of the table to save a few visits
-- measured: without=0.059 with=0.058 ratio=0.9831 used=no
SELECT id, account_id, amount, text FROM entries WHERE id > $1 ORDER BY id LIMIT 500;
