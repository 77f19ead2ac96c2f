-- case: a text in the lines of one service: many lines have the text, many are of the service, few are both
-- kind: substring, gin, composite
-- calls: 200/h prepared
-- writes: app_logs INSERT 5000/h
-- params: 38, '%retry of peer a%'
-- params: 36, '%cache miss for peer b%'
-- expect: CREATE INDEX ON app_logs USING gin (service_id, message gin_trgm_ops)
-- accept: CREATE INDEX ON app_logs USING gin (message gin_trgm_ops, service_id)
-- harmful: CREATE INDEX ON app_logs (service_id) | slow: all lines of the service
SELECT at, message FROM app_logs WHERE service_id = $1 AND message LIKE $2;
