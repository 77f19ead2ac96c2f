-- case: the audit log of a day, once a day; rows lie in the order of time and are never changed
-- kind: brin, range
-- calls: 4/h literals
-- writes: audit_log INSERT 60000/h
-- expect: CREATE INDEX ON audit_log USING brin (logged_at)
-- accept: CREATE INDEX ON audit_log USING brin (logged_at) WITH (pages_per_range = 32)
-- harmful: CREATE INDEX ON audit_log (logged_at) | size: hundreds of times as large, and each of 60,000 rows an hour writes it
-- measured: without=139.015 with=0.945 ratio=0.0068 used=yes
SELECT actor, count(*) FROM audit_log WHERE logged_at >= '2022-05-05' AND logged_at < '2022-05-07' GROUP BY actor;
