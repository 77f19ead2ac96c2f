-- case: a service's slow requests in a period
-- kind: composite, range
-- calls: 120/h prepared
-- writes: requests INSERT 5000/h
-- params: 3, 2500
-- params: 39, 2000
-- expect: CREATE INDEX ON requests (service_id, ms)
-- accept: CREATE INDEX ON requests (service_id, ms DESC)
-- harmful: CREATE INDEX ON requests (service_id) | slow: all of the service's requests
SELECT at, path, ms FROM requests WHERE service_id = $1 AND ms > $2;
