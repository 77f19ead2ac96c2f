-- case: is a client in a blocked network
-- kind: inet, gist
-- calls: 50000/h prepared
-- writes: blocked INSERT 5/h
-- params: '192.17.12.7'
-- params: '10.1.1.1'
-- expect: CREATE INDEX ON blocked USING gist (net inet_ops)
-- accept: CREATE INDEX ON blocked USING spgist (net)
-- harmful: CREATE INDEX ON blocked (net) | unused: >>= the other way round is no range of a B-tree
SELECT reason FROM blocked WHERE net >>= $1::inet;
