-- case: a device's daily means
-- kind: composite, range, existing
-- calls: 6000/h prepared
-- params: 17, '2024-02-01'
-- params: 2900, '2024-03-15'
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON daily (device_id) | size: the primary key begins with it
-- harmful: CREATE INDEX ON daily (day) | slow: all devices of the days
SELECT day, mean FROM daily WHERE device_id = $1 AND day >= $2 ORDER BY day;
