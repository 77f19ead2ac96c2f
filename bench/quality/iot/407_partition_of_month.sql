-- case: the mean of a whole month: one partition, all of it
-- kind: partition, group, range
-- calls: 4/h report
-- writes: measurements INSERT 150000/h
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON measurements (at) | unused: the partition is read as a whole
-- measured: without=32.163 with=33.889 ratio=1.0537 used=no
SELECT avg(value), max(value) FROM measurements WHERE at >= '2024-02-01' AND at < '2024-03-01';
