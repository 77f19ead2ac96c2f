-- case: drafts without lines are deleted, one by one; the lines refer to them
-- kind: foreign_key, write
-- calls: 200/h prepared
-- writes: entries INSERT 5000/h
-- params: 349500
-- params: 349900
-- expect: CREATE INDEX ON entries (journal_id)
-- harmful: CREATE INDEX ON journals (posted) | slow: the row is found by its key
-- measured: without=109.376 with=0.047 ratio=0.0004 used=yes
DELETE FROM journals WHERE id = $1 AND NOT posted;
