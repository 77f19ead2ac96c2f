-- case: a product's page shows its latest bad reviews; popular products have ten thousand reviews, one of seven is bad
-- heldout: 2026-11-22
-- kind: partial, composite, sort, limit
-- calls: 2000/h prepared
-- writes: reviews INSERT 60/h
-- params: 1
-- params: 40
-- params: 30000
-- expect: CREATE INDEX ON reviews (product_id, created_at) WHERE stars <= 2
-- accept: CREATE INDEX ON reviews (product_id, created_at DESC) WHERE stars <= 2
-- accept: CREATE INDEX ON reviews (product_id, created_at)
-- accept: CREATE INDEX ON reviews (product_id, created_at, stars)
-- harmful: CREATE INDEX ON reviews (stars, product_id) | slow: a range before equality, and all of a product's bad ones are sorted
-- harmful: CREATE INDEX ON reviews (stars) | unused: one of seven
-- measured: without=17.430 with=0.006 ratio=0.0003 used=yes
SELECT id, customer_id, stars, created_at, body FROM reviews
WHERE product_id = $1 AND stars <= 2 ORDER BY created_at DESC LIMIT 10;
