-- case: invoices that are open and overdue; an index on the date is there, but nearly all that was due is paid
-- kind: partial, range
-- calls: 300/h literals
-- writes: invoices INSERT 80/h, invoices UPDATE 80/h (status, paid_on)
-- expect: CREATE INDEX ON invoices (due_on) WHERE status = 'open'
-- accept: CREATE INDEX ON invoices (status, due_on)
-- accept: CREATE INDEX ON invoices (customer_id) WHERE status = 'open'
-- harmful: CREATE INDEX ON invoices (due_on, status) | slow: range before equality
-- measured: without=116.495 with=1.161 ratio=0.0100 used=yes
SELECT id, customer_id, amount FROM invoices WHERE status = 'open' AND due_on < '2024-01-01';
