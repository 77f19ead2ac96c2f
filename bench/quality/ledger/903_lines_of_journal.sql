-- case: the lines of a journal entry
-- kind: foreign_key, equality
-- calls: 20000/h loop
-- writes: entries INSERT 5000/h
-- params: 4711
-- params: 340000
-- expect: CREATE INDEX ON entries (journal_id)
SELECT account_id, amount, text FROM entries WHERE journal_id = $1;
