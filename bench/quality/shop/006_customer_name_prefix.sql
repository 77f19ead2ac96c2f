-- case: the call centre types the beginning of a name
-- kind: text_prefix, expression, limit
-- calls: 400/h literals
-- expect: CREATE INDEX ON customers (lower(last_name) text_pattern_ops)
-- accept: CREATE INDEX ON customers (lower(last_name) COLLATE "C")
-- harmful: CREATE INDEX ON customers (lower(last_name)) | unused: the collation is not C, LIKE cannot use it
-- harmful: CREATE INDEX ON customers (last_name text_pattern_ops) | unused: the comparison is with lower(last_name)
-- measured: without=41.052 with=0.029 ratio=0.0007 used=yes
SELECT id, last_name, country FROM customers WHERE lower(last_name) LIKE 'tanakaa3%';
