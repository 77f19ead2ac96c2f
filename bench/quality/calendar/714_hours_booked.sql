-- case: the hours booked by room, of all that was not cancelled
-- kind: group
-- calls: 2/h report
-- writes: bookings INSERT 300/h
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON bookings (status) | unused: 93 % are confirmed
-- harmful: CREATE INDEX ON bookings (room_id) | unused: all rooms are wanted
-- measured: without=438.296 with=388.526 ratio=0.8864 used=no
SELECT room_id, sum(upper(during) - lower(during)) FROM bookings WHERE status = 'confirmed' GROUP BY room_id;
