-- case: the country of a client's address, ranges of numbers
-- kind: gist, spgist
-- calls: 50000/h prepared
-- params: 1234567890
-- params: 77777
-- expect: CREATE INDEX ON geoip USING gist (ips)
-- accept: CREATE INDEX ON geoip USING spgist (ips)
-- harmful: CREATE INDEX ON geoip (ips) | unused: @> is no operator of a B-tree
SELECT country FROM geoip WHERE ips @> $1::bigint;
