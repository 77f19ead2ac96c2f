-- case: the price page looks at a plan; there are four
-- kind: equality
-- calls: 20000/h prepared
-- params: 'team'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON plans (name) | size: the table is one page
-- measured: without=0.002 with=0.002 ratio=1.0000 used=no
SELECT seats FROM plans WHERE name = $1;
