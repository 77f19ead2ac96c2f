-- case: which workers are silent; there are 120
-- kind: range
-- calls: 3600/h literals
-- writes: workers UPDATE 43200/h (heartbeat_at)
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON workers (heartbeat_at) | writes: two pages are read at once, and each heartbeat would write the index
-- measured: without=0.009 with=0.010 ratio=1.1111 used=no
SELECT id, hostname FROM workers WHERE heartbeat_at < '2024-04-30 23:59:02+00';
