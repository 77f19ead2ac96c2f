-- case: the places in the map's window
-- kind: gist, range
-- calls: 20000/h prepared
-- params: '(13.38,52.49),(13.41,52.52)'
-- params: '(8.0,50.0),(8.1,50.1)'
-- expect: CREATE INDEX ON places USING gist (pos)
-- accept: CREATE INDEX ON places USING spgist (pos)
-- accept: CREATE INDEX ON places USING spgist (pos kd_point_ops)
-- measured: without=82.384 with=0.018 ratio=0.0002 used=yes
SELECT id, name, pos FROM places WHERE pos <@ $1::box;
