-- case: what must be ordered again: a comparison of two columns that is true for few rows
-- kind: partial
-- calls: 120/h literals
-- writes: products UPDATE 100/h (stock)
-- expect: CREATE INDEX ON products (id) WHERE stock < reorder_level
-- accept: CREATE INDEX ON products (id) INCLUDE (sku, stock, reorder_level) WHERE stock < reorder_level
-- harmful: CREATE INDEX ON products (stock) | unused: stock is compared with another column
-- harmful: CREATE INDEX ON products (stock, reorder_level) | unused: no condition is on a column alone
-- measured: without=13.763 with=0.093 ratio=0.0068 used=yes
SELECT id, sku, stock FROM products WHERE stock < reorder_level ORDER BY id;
