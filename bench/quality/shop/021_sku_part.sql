-- case: the warehouse knows only two digits of the label
-- kind: substring
-- calls: 40/h literals
-- expect: none
-- because: leading_wildcard
-- harmful: CREATE INDEX ON products USING gin (sku gin_trgm_ops) | unused: two letters are no trigram
-- harmful: CREATE INDEX ON products (sku text_pattern_ops) | unused: the pattern has no fixed beginning
-- measured: without=10.730 with=12.308 ratio=1.1471 used=no
SELECT id, sku FROM products WHERE sku LIKE '%77%';
