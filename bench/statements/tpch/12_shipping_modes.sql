SELECT l_shipmode, count(*) FILTER (WHERE o_orderpriority IN ('1-URGENT', '2-HIGH')) AS urgent,
    count(*) FILTER (WHERE o_orderpriority NOT IN ('1-URGENT', '2-HIGH')) AS other
FROM lineitem
JOIN orders ON o_orderkey = l_orderkey
WHERE l_shipmode IN ('TRUCK', 'FOB') AND l_shipdate < l_commitdate AND l_commitdate < l_receiptdate
    AND l_receiptdate >= date '1996-01-01' AND l_receiptdate < date '1997-01-01'
GROUP BY l_shipmode
ORDER BY l_shipmode;
