-- case: what is due by the clock; 60 rows
-- kind: range, sort
-- calls: 3600/h literals
-- writes: schedules UPDATE 700/h (next_run_at)
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON schedules (next_run_at) WHERE enabled | writes: one page
-- measured: without=0.007 with=0.006 ratio=0.8571 used=no
SELECT id, cron FROM schedules WHERE enabled AND next_run_at <= '2024-05-05 00:30+00' ORDER BY next_run_at;
