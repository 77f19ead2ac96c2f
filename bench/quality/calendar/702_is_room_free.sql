-- case: is a room free then
-- kind: gist, composite
-- calls: 9000/h prepared
-- writes: bookings INSERT 300/h
-- params: 1, '[2024-03-03 10:00+00,2024-03-03 14:00+00)'
-- params: 300, '[2022-03-03 08:00+00,2022-03-03 09:00+00)'
-- expect: CREATE INDEX ON bookings USING gist (room_id, during)
-- accept: CREATE INDEX ON bookings USING gist (during, room_id)
-- harmful: CREATE INDEX ON bookings (room_id) | slow: all bookings the room ever had
SELECT id, title FROM bookings WHERE room_id = $1 AND during && $2::tstzrange;
