-- case: the price page looks at a plan; there are four
-- kind: equality
-- calls: 20000/h prepared
-- params: 'team'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON plans (name) | size: the table is one page
SELECT seats FROM plans WHERE name = $1;
