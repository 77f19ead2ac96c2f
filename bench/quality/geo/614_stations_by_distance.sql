-- case: stations nearer than a distance, the distance computed; an index on the position is there
-- kind: existing, gist
-- calls: 800/h literals
-- expect: none
-- because: function_on_column
-- harmful: CREATE INDEX ON stations (lat, lon) | unused: the position stands in an expression
-- instead: SELECT id FROM stations WHERE pos <@ circle '<(13.4,52.5),0.2>'
-- measured: without=17.507 with=9.417 ratio=0.5379 used=no instead=0.018
SELECT id FROM stations WHERE (pos <-> point '(13.4,52.5)') < 0.2;
