-- case: invoices due before a day, the days of grace on the column's side; an index on the date is there
-- kind: range, existing
-- calls: 90/h literals
-- expect: none
-- because: function_on_column
-- harmful: CREATE INDEX ON invoices (due_on, amount) | unused: the column stands in an expression
-- instead: SELECT id, amount FROM invoices WHERE due_on < '2020-03-01'::date - 14
-- measured: without=31.690 with=33.539 ratio=1.0583 used=no instead=0.221
SELECT id, amount FROM invoices WHERE due_on + 14 < '2020-03-01';
