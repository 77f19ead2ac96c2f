SELECT extract(year FROM o_orderdate) AS year,
    sum(l_extendedprice * (1 - l_discount)) FILTER (WHERE supplied.n_name = 'JAPAN') / sum(l_extendedprice * (1 - l_discount)) AS share
FROM part
JOIN lineitem ON l_partkey = p_partkey
JOIN supplier ON s_suppkey = l_suppkey
JOIN orders ON o_orderkey = l_orderkey
JOIN customer ON c_custkey = o_custkey
JOIN nation AS ordered ON ordered.n_nationkey = c_nationkey
JOIN region ON r_regionkey = ordered.n_regionkey
JOIN nation AS supplied ON supplied.n_nationkey = s_nationkey
WHERE r_name = 'ASIA' AND o_orderdate BETWEEN date '1995-01-01' AND date '1996-12-31' AND p_type = 'SMALL PLATED COPPER'
GROUP BY 1
ORDER BY 1;
