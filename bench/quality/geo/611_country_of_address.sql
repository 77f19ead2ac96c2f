-- case: the country of a client's address, ranges of numbers
-- kind: gist, spgist
-- calls: 50000/h prepared
-- params: 1234567890
-- params: 77777
-- expect: CREATE INDEX ON geoip USING gist (ips)
-- accept: CREATE INDEX ON geoip USING spgist (ips)
-- harmful: CREATE INDEX ON geoip (ips) | unused: @> is no operator of a B-tree
-- measured: without=79.124 with=0.019 ratio=0.0002 used=yes
SELECT country FROM geoip WHERE ips @> $1::bigint;
