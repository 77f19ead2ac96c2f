-- case: the newest failures of servers: four of a thousand
-- kind: partial, sort, limit
-- calls: 700/h literals
-- writes: requests INSERT 5000/h
-- expect: CREATE INDEX ON requests (at) WHERE status >= 500
-- accept: CREATE INDEX ON requests (at DESC) WHERE status >= 500
-- harmful: CREATE INDEX ON requests (at) | slow: 250 good ones for each failure
-- harmful: CREATE INDEX ON requests (status, at) | slow: a range of status leads, the order is lost
-- measured: without=162.130 with=0.042 ratio=0.0003 used=yes
SELECT at, path, status, ms FROM requests WHERE status >= 500 ORDER BY at DESC LIMIT 100;
