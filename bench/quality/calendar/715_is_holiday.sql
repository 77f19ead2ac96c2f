-- case: is it a holiday; 150 rows
-- kind: equality
-- calls: 20000/h prepared
-- params: '2021-05-05', 'DE'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON holidays (day) | size: the table is a page
-- measured: without=0.007 with=0.006 ratio=0.8571 used=no
SELECT name FROM holidays WHERE day = $1 AND country = $2;
