-- case: a vehicle's track of an hour
-- kind: composite, range, existing
-- calls: 900/h prepared
-- params: 17, '2024-06-01 02:00+00', '2024-06-01 03:00+00'
-- params: 250, '2024-06-01 05:00+00', '2024-06-01 06:00+00'
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON tracks (vehicle_id) | size: the primary key begins with it
-- harmful: CREATE INDEX ON tracks USING brin (at) | slow: the hour of all vehicles
SELECT at, pos FROM tracks WHERE vehicle_id = $1 AND at >= $2 AND at < $3 ORDER BY at;
