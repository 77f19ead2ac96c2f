-- case: values above a threshold that half of them pass
-- kind: range
-- calls: 3/h report
-- writes: readings INSERT 200000/h
-- expect: none
-- because: low_selectivity
-- harmful: CREATE INDEX ON readings (value) | slow: half a million visits instead of one pass
-- measured: without=380.358 with=453.516 ratio=1.1923 used=no
SELECT device_id, count(*), avg(flags) FROM readings WHERE value > 45 GROUP BY device_id;
