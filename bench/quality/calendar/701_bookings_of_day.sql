-- case: all bookings that meet some hours
-- kind: gist, range
-- calls: 1500/h prepared
-- writes: bookings INSERT 300/h
-- params: '[2024-03-03 10:00+00,2024-03-03 14:00+00)'
-- params: '[2022-03-03 08:00+00,2022-03-03 09:00+00)'
-- expect: CREATE INDEX ON bookings USING gist (during)
-- accept: CREATE INDEX ON bookings USING spgist (during)
-- harmful: CREATE INDEX ON bookings (during) | unused: && is no operator of a B-tree
SELECT id, room_id, title FROM bookings WHERE during && $1::tstzrange;
