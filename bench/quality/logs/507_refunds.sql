-- case: events that have a key which few have
-- kind: jsonb, gin
-- calls: 200/h literals
-- writes: events INSERT 2000/h
-- expect: CREATE INDEX ON events USING gin (doc)
-- accept: CREATE INDEX ON events (id) WHERE doc ? 'refund'
-- harmful: CREATE INDEX ON events USING gin (doc jsonb_path_ops) | unused: the class has no ?
-- measured: without=120.506 with=1.926 ratio=0.0160 used=yes
SELECT id, at FROM events WHERE doc ? 'refund';
