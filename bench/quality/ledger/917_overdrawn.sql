-- case: accounts in the red, for a list of each hour; balances are written all the time
-- kind: range
-- calls: 2/h report
-- writes: balances UPDATE 500000/h (amount, updated_at)
-- price: UPDATE balances SET amount = amount + 1 WHERE account_id % 20 = 7
-- expect: none
-- because: writes_too_dear
-- harmful: CREATE INDEX ON balances (amount) | writes: no update of an amount would be HOT any more
-- harmful: CREATE INDEX ON balances (account_id) WHERE amount < 0 | writes: its condition is on the amount, so no update would be HOT
SELECT account_id, amount FROM balances WHERE amount < 0;
