-- case: a category by its name; there are a hundred
-- kind: equality
-- calls: 3000/h prepared
-- params: 'category 77'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON categories (name) | size: the table is one page
-- measured: without=0.006 with=0.007 ratio=1.1667 used=no
SELECT id FROM categories WHERE name = $1;
