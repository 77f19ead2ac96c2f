-- case: a job's page shows its attempts
-- kind: foreign_key, equality
-- calls: 800/h prepared
-- writes: job_attempts INSERT 9000/h
-- params: 4711
-- params: 580000
-- expect: CREATE INDEX ON job_attempts (job_id)
-- accept: CREATE INDEX ON job_attempts (job_id, started_at)
-- measured: without=51.744 with=0.005 ratio=0.0001 used=yes
SELECT id, started_at, error FROM job_attempts WHERE job_id = $1 ORDER BY started_at;
