WITH stock AS MATERIALIZED (
    SELECT ps_partkey, sum(ps_supplycost * ps_availqty) AS value
    FROM partsupp
    JOIN supplier ON s_suppkey = ps_suppkey
    JOIN nation ON n_nationkey = s_nationkey
    WHERE n_name = 'GERMANY'
    GROUP BY ps_partkey)
SELECT ps_partkey, value
FROM stock
WHERE value > (SELECT 0.0001 * sum(value) FROM stock)
ORDER BY value DESC;
