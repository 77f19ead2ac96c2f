-- case: a badge by its name; there are eighty
-- kind: equality
-- calls: 9000/h prepared
-- params: 'Badge 33'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON badges (name) | size: the table is one page
-- measured: without=0.006 with=0.005 ratio=0.8333 used=no
SELECT id FROM badges WHERE name = $1;
