-- case: events of production: nine of ten
-- kind: array, group
-- calls: 10/h literals
-- writes: error_events INSERT 3000/h
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON error_events USING gin (tags) | unused: the tag keeps 90 %
-- measured: without=386.839 with=346.620 ratio=0.8960 used=no
SELECT count(*), max(at) FROM error_events WHERE tags @> '{env:prod}';
