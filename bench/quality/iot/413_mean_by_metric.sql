-- case: the mean by kind of value over everything
-- kind: group
-- calls: 1/h report
-- writes: readings INSERT 200000/h
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON readings (metric) | unused: all rows are wanted
-- measured: without=316.967 with=365.031 ratio=1.1516 used=no
SELECT metric, avg(value), count(*) FROM readings GROUP BY metric;
