-- case: a category's best rated, the cheaper ones first
-- kind: composite, sort, limit
-- calls: 4000/h prepared
-- params: 1
-- params: 2
-- params: 60
-- expect: CREATE INDEX ON products (category_id, rating DESC, price)
-- accept: CREATE INDEX ON products (category_id, rating, price DESC)
-- harmful: CREATE INDEX ON products (rating DESC, price) | slow: passes by the products of all other categories
-- measured: without=13.503 with=0.009 ratio=0.0007 used=yes
SELECT id, name, rating, price FROM products WHERE category_id = $1 AND rating IS NOT NULL
ORDER BY rating DESC, price LIMIT 20;
