-- case: accounts of the two common kinds
-- kind: in_list, join, group
-- calls: 10/h literals
-- expect: none
-- because: low_selectivity
-- harmful: CREATE INDEX ON accounts (kind) | unused: the two are more than half of all
-- measured: without=21.525 with=19.376 ratio=0.9002 used=no
SELECT b.amount > 0 AS positive, count(*) FROM accounts AS a JOIN balances AS b ON b.account_id = a.id
WHERE a.kind IN ('asset', 'liability') GROUP BY positive;
