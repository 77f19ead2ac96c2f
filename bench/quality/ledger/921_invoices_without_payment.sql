-- case: a customer's invoices that no payment belongs to
-- kind: anti_join, foreign_key
-- calls: 2500/h prepared
-- writes: payments INSERT 80/h, invoices INSERT 80/h
-- params: 15000
-- params: 19000
-- expect: CREATE INDEX ON invoices (customer_id)
-- expect: CREATE INDEX ON payments (invoice_id)
-- accept: CREATE INDEX ON invoices (customer_id); CREATE INDEX ON payments (invoice_id) WHERE invoice_id IS NOT NULL
-- accept: CREATE INDEX ON invoices (customer_id, status); CREATE INDEX ON payments (invoice_id)
-- measured: without=133.826 with=0.033 ratio=0.0002 used=yes
SELECT i.id, i.amount FROM invoices AS i WHERE i.customer_id = $1
AND NOT EXISTS (SELECT FROM payments AS p WHERE p.invoice_id = i.id);
