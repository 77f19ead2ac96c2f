-- case: any ten done jobs, as an example
-- kind: limit
-- calls: 50/h literals
-- expect: none
-- because: limit_stops_early
-- harmful: CREATE INDEX ON jobs (state) | unused: the first page has ten
-- measured: without=0.005 with=0.004 ratio=0.8000 used=no
SELECT id, payload FROM jobs WHERE state = 'done' LIMIT 10;
