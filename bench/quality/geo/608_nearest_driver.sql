-- case: the nearest free driver; there are 300, and all of them move
-- kind: nearest, limit
-- calls: 4000/h prepared
-- writes: drivers UPDATE 360000/h (pos)
-- price: UPDATE drivers SET pos = pos + point(0.001, 0.001)
-- params: '(13.9,52.9)'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON drivers USING gist (pos) | writes: each move would write the index, for a few pages that are read at once
SELECT id FROM drivers WHERE free ORDER BY pos <-> $1::point LIMIT 1;
