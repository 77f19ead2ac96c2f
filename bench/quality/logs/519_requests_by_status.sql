-- case: requests that were fine, by service
-- kind: group
-- calls: 4/h report
-- writes: requests INSERT 5000/h
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON requests (status) | unused: 97 of 100 are
-- harmful: CREATE INDEX ON requests (service_id) | unused: the groups want all rows
-- measured: without=489.199 with=593.762 ratio=1.2137 used=no
SELECT service_id, count(*), avg(ms), max(length(path)) FROM requests WHERE status = 200 GROUP BY service_id;
