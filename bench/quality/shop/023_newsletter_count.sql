-- case: how many customers take the newsletter: three of four
-- kind: equality, group
-- calls: 1/h report
-- expect: none
-- because: low_selectivity
-- harmful: CREATE INDEX ON customers (newsletter) | slow: three rows of four are read anyway
-- measured: without=12.612 with=8.215 ratio=0.6514 used=yes
SELECT country, count(*) FROM customers WHERE newsletter GROUP BY country;
