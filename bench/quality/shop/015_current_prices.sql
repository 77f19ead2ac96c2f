-- case: the current prices of what is in a cart
-- kind: distinct, composite, in_list
-- calls: 2500/h prepared
-- writes: price_history INSERT 50/h
-- params: '{17,4711,59000,31000}'
-- params: '{1,2,3,4,5,6,7,8,9,10}'
-- expect: CREATE INDEX ON price_history (product_id, valid_from DESC)
-- accept: CREATE INDEX ON price_history (product_id, valid_from)
-- accept: CREATE INDEX ON price_history (product_id, valid_from DESC) INCLUDE (price)
-- accept: CREATE INDEX ON price_history (product_id)
-- harmful: CREATE INDEX ON price_history (valid_from, product_id) | slow: reads the history of all products
-- measured: without=22.676 with=0.034 ratio=0.0015 used=yes
SELECT DISTINCT ON (product_id) product_id, price FROM price_history
WHERE product_id = ANY ($1::bigint[]) ORDER BY product_id, valid_from DESC;
