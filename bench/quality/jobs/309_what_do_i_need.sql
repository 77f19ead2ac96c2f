-- case: what a job has to wait for
-- kind: equality, existing
-- calls: 9000/h prepared
-- params: 512345
-- params: 599999
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON job_dependencies (job_id) | size: the primary key begins with it
-- measured: without=0.004 with=0.003 ratio=0.7500 used=no
SELECT needs_id FROM job_dependencies WHERE job_id = $1;
