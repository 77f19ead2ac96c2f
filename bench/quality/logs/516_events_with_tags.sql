-- case: events of a host and a build
-- kind: array, gin
-- calls: 100/h prepared
-- writes: error_events INSERT 3000/h
-- params: '{host:17,build:300}'
-- params: '{host:299,build:700}'
-- expect: CREATE INDEX ON error_events USING gin (tags)
-- harmful: CREATE INDEX ON error_events (tags) | unused: @> is no operator of a B-tree
-- measured: without=336.659 with=0.046 ratio=0.0001 used=yes
SELECT id, error_id, at FROM error_events WHERE tags @> $1::text[];
