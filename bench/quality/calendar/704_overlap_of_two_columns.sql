-- case: what meets an hour, the range made of two columns
-- kind: gist, expression
-- calls: 700/h prepared
-- writes: appointments INSERT 400/h
-- params: '[2024-03-03 10:00+00,2024-03-03 11:00+00)'
-- params: '[2022-03-03 08:00+00,2022-03-03 09:00+00)'
-- expect: CREATE INDEX ON appointments USING gist (tstzrange(starts_at, ends_at))
-- accept: CREATE INDEX ON appointments USING spgist (tstzrange(starts_at, ends_at))
-- harmful: CREATE INDEX ON appointments (starts_at, ends_at) | unused: the columns stand in a function
SELECT id, person_id, title FROM appointments WHERE tstzrange(starts_at, ends_at) && $1::tstzrange;
