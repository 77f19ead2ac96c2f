-- case: the search box: a part of the product's name
-- kind: substring, gin
-- calls: 3000/h prepared
-- params: '%tripod 7%'
-- params: '%mirror a1%'
-- expect: CREATE INDEX ON products USING gin (name gin_trgm_ops)
-- harmful: CREATE INDEX ON products (name) | unused: the pattern has no fixed beginning
-- harmful: CREATE INDEX ON products (name text_pattern_ops) | unused: the pattern has no fixed beginning
-- measured: without=50.314 with=0.491 ratio=0.0098 used=yes
SELECT id, name, price FROM products WHERE name ILIKE $1;
