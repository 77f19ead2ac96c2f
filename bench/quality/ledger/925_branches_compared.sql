-- case: accounts of two branches opened on the same day; branch, city, region and bank say the same, and the planner multiplies
-- kind: join
-- calls: 30/h literals
-- expect: none
-- because: missing_statistics
-- harmful: CREATE INDEX ON accounts (branch, city, region, bank) | slow: the estimate stays at one row, and with it the nested loop
-- instead: CREATE STATISTICS accounts_place (dependencies) ON branch, city, region, bank FROM accounts; ANALYZE accounts
-- measured: without=233.871 with=214.115 ratio=0.9155 used=yes instead=13.960
WITH one AS MATERIALIZED (
    SELECT id, opened_on, kind FROM accounts
    WHERE branch = 'branch-3' AND city = 'city-3' AND region = 'region-3' AND bank = 'bank-3'
), other AS MATERIALIZED (
    SELECT id, opened_on, kind FROM accounts
    WHERE branch = 'branch-4' AND city = 'city-4' AND region = 'region-4' AND bank = 'bank-4'
) SELECT one.id, other.id FROM one JOIN other ON other.opened_on = one.opened_on AND other.kind = one.kind;
