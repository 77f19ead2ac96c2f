-- case: the next two appointments of each of a team
-- kind: lateral, top_n, composite
-- calls: 3000/h prepared
-- writes: appointments INSERT 400/h
-- params: '{17,4711,3,9000,12000}'
-- params: '{1,2,3,19000}'
-- expect: CREATE INDEX ON appointments (person_id, starts_at)
-- harmful: CREATE INDEX ON appointments (person_id) | slow: all years of a person
-- measured: without=779.500 with=0.019 ratio=0.0000 used=yes
SELECT p.id, a.title, a.starts_at FROM unnest($1::int[]) AS p (id) CROSS JOIN LATERAL (
    SELECT title, starts_at FROM appointments WHERE person_id = p.id AND starts_at > '2023-06-01' ORDER BY starts_at LIMIT 2) AS a;
