-- case: a worker takes the next job of its queue, the most urgent first
-- kind: queue, partial, composite, sort, limit
-- calls: 20000/h prepared
-- writes: jobs INSERT 9000/h, jobs UPDATE 18000/h (state, locked_by, locked_until, finished_at)
-- params: 'mail'
-- params: 'cleanup'
-- expect: CREATE INDEX ON jobs (queue, priority DESC, run_at) WHERE state = 'ready'
-- accept: CREATE INDEX ON jobs (queue, priority, run_at DESC) WHERE state = 'ready'
-- accept: CREATE INDEX ON jobs (queue, state, priority DESC, run_at)
-- harmful: CREATE INDEX ON jobs (queue) | slow: leads to all jobs that were ever done
-- harmful: CREATE INDEX ON jobs (priority DESC, run_at) | slow: passes by all that is done
-- measured: without=137.326 with=0.015 ratio=0.0001 used=yes
SELECT id, payload FROM jobs WHERE queue = $1 AND state = 'ready' AND run_at <= '2024-05-05 01:00+00'
ORDER BY priority DESC, run_at LIMIT 1 FOR UPDATE SKIP LOCKED;
