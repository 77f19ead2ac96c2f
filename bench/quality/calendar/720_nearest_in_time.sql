-- case: the appointments nearest to a moment, before or after
-- kind: nearest, gist, limit
-- calls: 800/h prepared
-- writes: appointments INSERT 400/h
-- params: '2023-05-05 12:00+00'
-- params: '2021-01-01 01:00+00'
-- expect: CREATE INDEX ON appointments USING gist (starts_at)
-- harmful: CREATE INDEX ON appointments (starts_at DESC) | unused: a B-tree gives no order by distance
-- measured: without=481.346 with=0.068 ratio=0.0001 used=yes
SELECT id, title, starts_at FROM appointments ORDER BY starts_at <-> $1::timestamptz LIMIT 5;
