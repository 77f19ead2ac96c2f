-- case: events of an hour by date_trunc on a timestamp without zone, which can be indexed
-- kind: expression, equality
-- calls: 60/h prepared
-- writes: events INSERT 2000/h
-- params: '2024-03-03 05:00'
-- params: '2024-03-05 17:00'
-- expect: CREATE INDEX ON events (date_trunc('hour', at))
-- accept: CREATE INDEX ON events (date_trunc('hour'::text, at))
-- harmful: CREATE INDEX ON events (at) | unused: the comparison is with the function's value
SELECT id, doc FROM events WHERE date_trunc('hour', at) = $1;
