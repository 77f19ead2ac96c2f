-- case: each reading writes the last value into the device's row; the map looks for silent devices twice an hour
-- kind: range
-- calls: 2/h literals
-- writes: devices UPDATE 200000/h (last_value, last_at)
-- price: UPDATE devices SET last_value = 1, last_at = '2024-05-01'::timestamptz + id * interval '1 s' WHERE id % 20 = 3
-- expect: none
-- because: writes_too_dear
-- harmful: CREATE INDEX ON devices (last_at) | writes: none of the updates could be HOT
-- measured: without=2.532 with=0.004 ratio=0.0016 used=yes write_without=8.36 write_with=17.44
SELECT id, serial FROM devices WHERE last_at < '2024-03-01';
