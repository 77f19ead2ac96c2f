-- case: the console: lines with some text in them
-- kind: substring, gin
-- calls: 60/h literals
-- writes: app_logs INSERT 5000/h
-- expect: CREATE INDEX ON app_logs USING gin (message gin_trgm_ops)
-- harmful: CREATE INDEX ON app_logs (message text_pattern_ops) | unused: the pattern has no fixed beginning
-- measured: without=283.359 with=12.441 ratio=0.0439 used=yes
SELECT at, message FROM app_logs WHERE message LIKE '%peer abcde%';
