-- case: the devices of a network
-- kind: inet, gist
-- calls: 400/h literals
-- expect: CREATE INDEX ON devices USING gist (addr inet_ops)
-- accept: CREATE INDEX ON devices USING spgist (addr)
-- accept: CREATE INDEX ON devices (addr)
-- harmful: CREATE INDEX ON devices (host(addr)) | unused: the operator is on the address
-- measured: without=2.277 with=0.074 ratio=0.0325 used=yes
SELECT id, serial, addr FROM devices WHERE addr << '10.4.17.0/24';
