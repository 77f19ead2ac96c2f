-- case: a customer without orders wants to be deleted; two tables refer to it
-- kind: foreign_key, write
-- calls: 90/h prepared
-- params: 99500
-- params: 99731
-- expect: CREATE INDEX ON orders (customer_id)
-- expect: CREATE INDEX ON addresses (customer_id)
-- accept: CREATE INDEX ON orders (customer_id, placed_at); CREATE INDEX ON addresses (customer_id)
-- measured: without=36.300 with=0.045 ratio=0.0012 used=yes
DELETE FROM customers WHERE id = $1;
