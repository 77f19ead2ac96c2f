-- case: stations between two latitudes and two longitudes, as plain numbers
-- kind: composite, range
-- calls: 3000/h prepared
-- params: 52.4, 52.6, 13.3, 13.6
-- params: 40.0, 40.1, 20.0, 20.3
-- expect: CREATE INDEX ON stations (lat, lon)
-- accept: CREATE INDEX ON stations (lon, lat)
-- harmful: CREATE INDEX ON stations (operator) | unused: no condition on it
-- measured: without=10.771 with=0.032 ratio=0.0030 used=yes
SELECT id, operator FROM stations WHERE lat BETWEEN $1 AND $2 AND lon BETWEEN $3 AND $4;
