-- case: stations nearer than a distance, the distance computed; an index on the position is there
-- kind: existing, gist
-- calls: 800/h literals
-- expect: none
-- because: function_on_column
-- harmful: CREATE INDEX ON stations (lat, lon) | unused: the position stands in an expression
-- instead: SELECT id FROM stations WHERE pos <@ circle '<(13.4,52.5),0.2>'
-- measured: without=10.486 with=11.891 ratio=1.1340 used=no instead=0.020
SELECT id FROM stations WHERE (pos <-> point '(13.4,52.5)') < 0.2;
