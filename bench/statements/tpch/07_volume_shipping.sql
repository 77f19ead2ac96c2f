SELECT supplied.n_name AS supplied_from, ordered.n_name AS ordered_from, extract(year FROM l_shipdate) AS year,
    sum(l_extendedprice * (1 - l_discount)) AS revenue
FROM supplier
JOIN lineitem ON l_suppkey = s_suppkey
JOIN orders ON o_orderkey = l_orderkey
JOIN customer ON c_custkey = o_custkey
JOIN nation AS supplied ON supplied.n_nationkey = s_nationkey
JOIN nation AS ordered ON ordered.n_nationkey = c_nationkey
WHERE (supplied.n_name, ordered.n_name) IN (('KENYA', 'PERU'), ('PERU', 'KENYA'))
    AND l_shipdate BETWEEN date '1995-01-01' AND date '1996-12-31'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
