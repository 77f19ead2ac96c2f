-- case: the lines of a journal entry
-- kind: foreign_key, equality
-- calls: 20000/h loop
-- writes: entries INSERT 5000/h
-- params: 4711
-- params: 340000
-- expect: CREATE INDEX ON entries (journal_id)
-- measured: without=156.526 with=0.005 ratio=0.0000 used=yes
SELECT account_id, amount, text FROM entries WHERE journal_id = $1;
