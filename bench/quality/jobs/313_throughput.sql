-- case: how many jobs of each queue and state there are: the dashboard of an hour
-- kind: group
-- calls: 1/h report
-- writes: jobs INSERT 9000/h, jobs UPDATE 18000/h (state)
-- expect: none
-- because: too_rare
-- harmful: CREATE INDEX ON jobs (queue, state) | writes: each step of each job pays for one statement an hour
-- measured: without=301.294 with=165.622 ratio=0.5497 used=yes
SELECT queue, state, count(*) FROM jobs GROUP BY queue, state;
