-- case: a trace's number from a complaint, 64 characters
-- kind: hash, equality
-- calls: 200/h prepared
-- writes: requests INSERT 5000/h
-- params: md5('4711') || md5('t4711')
-- params: 'none'
-- expect: CREATE INDEX ON requests USING hash (trace_id)
-- accept: CREATE INDEX ON requests (trace_id)
-- harmful: CREATE INDEX ON requests (trace_id, path, client) | size: carries what one row does not need
SELECT at, path, status, ms FROM requests WHERE trace_id = $1;
