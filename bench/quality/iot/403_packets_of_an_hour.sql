-- case: the raw packets of a quarter of an hour, all devices; rows lie in the order of time and are never changed
-- kind: brin, range
-- calls: 30/h literals
-- writes: raw_packets INSERT 400000/h
-- expect: CREATE INDEX ON raw_packets USING brin (received_at)
-- accept: CREATE INDEX ON raw_packets USING brin (received_at) WITH (pages_per_range = 32)
-- accept: CREATE INDEX ON raw_packets USING brin (received_at) WITH (pages_per_range = 64)
-- harmful: CREATE INDEX ON raw_packets (received_at) | size: hundreds of times as large, and each of 400,000 rows an hour writes it
-- measured: without=97.372 with=1.297 ratio=0.0133 used=yes
SELECT device_id, seq, bytes FROM raw_packets WHERE received_at >= '2024-02-10 10:00+00' AND received_at < '2024-02-10 14:00+00';
