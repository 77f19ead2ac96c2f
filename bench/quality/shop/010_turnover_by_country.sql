-- case: turnover by country of what was delivered: nine orders of ten
-- kind: group
-- calls: 2/h report
-- writes: orders INSERT 40/h, orders UPDATE 160/h (status)
-- expect: none
-- because: nearly_all_rows
-- harmful: CREATE INDEX ON orders (status) | unused: keeps 94 % of the table
-- harmful: CREATE INDEX ON orders (country) | unused: the groups need all rows
-- measured: without=142.581 with=150.368 ratio=1.0546 used=no
SELECT country, count(*), sum(total) FROM orders WHERE status = 'delivered' GROUP BY country;
