-- case: lines with a word that every line has
-- kind: substring
-- calls: 5/h literals
-- writes: app_logs INSERT 5000/h
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON app_logs USING gin (message gin_trgm_ops) | unused: every line has the word
-- measured: without=80.780 with=134.244 ratio=1.6618 used=no
SELECT count(*), max(id) FROM app_logs WHERE message LIKE '%peer%';
