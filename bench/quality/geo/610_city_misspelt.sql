-- case: the city nearest to what somebody misspelt
-- kind: substring, nearest, gist, limit
-- calls: 600/h prepared
-- params: 'Saint Brookabcde'
-- params: 'Upper Steinfelk'
-- expect: CREATE INDEX ON cities USING gist (name gist_trgm_ops)
-- accept: CREATE INDEX ON cities USING gist (name gist_trgm_ops(siglen=32))
-- harmful: CREATE INDEX ON cities USING gin (name gin_trgm_ops) | unused: GIN gives no order by distance
-- measured: without=476.457 with=47.019 ratio=0.0987 used=yes
SELECT id, name FROM cities ORDER BY name <-> $1 LIMIT 3;
