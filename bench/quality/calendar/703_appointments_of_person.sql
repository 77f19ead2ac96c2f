-- case: a person's week; who has been here for long has thousands of appointments
-- kind: composite, range, sort
-- calls: 12000/h prepared
-- writes: appointments INSERT 400/h
-- params: 1, '2024-03-04', '2024-03-11'
-- params: 50, '2022-03-04', '2022-03-11'
-- params: 15000, '2023-03-04', '2023-03-11'
-- expect: CREATE INDEX ON appointments (person_id, starts_at)
-- accept: CREATE INDEX ON appointments (person_id, starts_at, ends_at)
-- harmful: CREATE INDEX ON appointments (person_id) | slow: all years of a person
-- harmful: CREATE INDEX ON appointments (ends_at) | slow: everybody's week
-- measured: without=3.183 with=0.275 ratio=0.0864 used=yes
SELECT id, starts_at, ends_at, title FROM appointments
WHERE person_id = $1 AND starts_at >= $2 AND starts_at < $3 ORDER BY starts_at;
