-- case: lines with a word that half of them have
-- kind: substring
-- calls: 5/h literals
-- writes: app_logs INSERT 5000/h
-- expect: none
-- because: low_selectivity
-- harmful: CREATE INDEX ON app_logs USING gin (message gin_trgm_ops) | unused: every line has the word
SELECT count(*), max(id) FROM app_logs WHERE message LIKE '%peer%';
