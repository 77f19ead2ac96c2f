-- case: very large entries of either sign
-- kind: expression, range, sort
-- calls: 60/h literals
-- writes: entries INSERT 5000/h
-- expect: CREATE INDEX ON entries (abs(amount))
-- accept: CREATE INDEX ON entries (abs(amount) DESC)
-- harmful: CREATE INDEX ON entries (amount) | unused: the column stands in a function
-- measured: without=257.433 with=0.168 ratio=0.0007 used=yes
SELECT id, account_id, amount FROM entries WHERE abs(amount) > 99900 ORDER BY abs(amount) DESC;
