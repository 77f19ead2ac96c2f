-- case: requests that were fine, by service
-- kind: group
-- calls: 4/h report
-- writes: requests INSERT 5000/h
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON requests (status) | unused: 97 of 100 are
-- harmful: CREATE INDEX ON requests (service_id) | unused: the groups want all rows
SELECT service_id, count(*), avg(ms), max(length(path)) FROM requests WHERE status = 200 GROUP BY service_id;
