-- case: how many customers take the newsletter: three of four
-- kind: equality, group
-- calls: 1/h report
-- expect: none
-- because: low_selectivity
-- harmful: CREATE INDEX ON customers (newsletter) | slow: three rows of four are read anyway
-- measured: without=15.256 with=17.212 ratio=1.1282 used=no
SELECT country, count(*) FROM customers WHERE newsletter GROUP BY country;
