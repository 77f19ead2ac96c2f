-- case: charging stations within two kilometres on the globe
-- kind: gist, expression
-- calls: 4000/h prepared
-- params: 52.5, 13.4
-- params: 40.0, 20.0
-- expect: CREATE INDEX ON stations USING gist (ll_to_earth(lat, lon))
-- harmful: CREATE INDEX ON stations (lat, lon) | unused: the columns stand in a function
-- measured: without=1200.253 with=0.062 ratio=0.0001 used=yes
SELECT id, operator FROM stations WHERE earth_box(ll_to_earth($1, $2), 20000) @> ll_to_earth(lat, lon);
