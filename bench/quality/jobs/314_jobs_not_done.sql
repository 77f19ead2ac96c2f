-- case: the waiting ones, by what they are not
-- kind: partial, covering, group
-- calls: 900/h literals
-- writes: jobs INSERT 9000/h, jobs UPDATE 18000/h (state)
-- expect: CREATE INDEX ON jobs (queue, state) WHERE state <> 'done'
-- accept: CREATE INDEX ON jobs (state, queue) WHERE state <> 'done'
-- accept: CREATE INDEX ON jobs (queue) INCLUDE (state) WHERE state <> 'done'
-- harmful: CREATE INDEX ON jobs (state) | unused: <> is not looked up in an index
-- measured: without=200.018 with=0.721 ratio=0.0036 used=yes
SELECT queue, state, count(*) FROM jobs WHERE state <> 'done' GROUP BY queue, state;
