-- case: who comes
-- kind: equality, existing
-- calls: 15000/h prepared
-- params: 4711
-- params: 299000
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON attendees (appointment_id) | size: the primary key begins with it
-- measured: without=0.004 with=0.004 ratio=1.0000 used=yes
SELECT person_id, reply FROM attendees WHERE appointment_id = $1;
