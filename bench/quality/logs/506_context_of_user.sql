-- case: what was logged about a user, by containment
-- kind: jsonb, gin
-- calls: 150/h prepared
-- writes: app_logs INSERT 5000/h
-- params: '{"user_id": 4711}'
-- params: '{"user_id": 31415}'
-- expect: CREATE INDEX ON app_logs USING gin (context jsonb_path_ops)
-- accept: CREATE INDEX ON app_logs USING gin (context)
-- harmful: CREATE INDEX ON app_logs ((context ->> 'user_id')) | unused: @> is another operator
SELECT at, message FROM app_logs WHERE context @> $1::jsonb;
