-- case: the entries that belong to a group of invoices, by how the reference begins
-- kind: text_prefix
-- calls: 300/h literals
-- writes: entries INSERT 5000/h
-- expect: CREATE INDEX ON entries (reference text_pattern_ops)
-- accept: CREATE INDEX ON entries (reference COLLATE "C")
-- harmful: CREATE INDEX ON entries (reference) | unused: the collation is not C, LIKE cannot use it
-- measured: without=132.334 with=0.017 ratio=0.0001 used=yes
SELECT id, account_id, amount, reference FROM entries WHERE reference LIKE 'INV-2022-12345%';
