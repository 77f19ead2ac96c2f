-- case: what was invoiced by year, all that is not void
-- kind: group
-- calls: 4/h report
-- writes: invoices INSERT 80/h, invoices UPDATE 80/h (status, paid_on)
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON invoices (status) | unused: 98 % are not void
-- harmful: CREATE INDEX ON invoices (issued_on) | unused: all years are wanted
-- measured: without=182.647 with=166.651 ratio=0.9124 used=no
SELECT extract(year FROM issued_on) AS year, sum(amount) FROM invoices WHERE status <> 'void' GROUP BY year;
