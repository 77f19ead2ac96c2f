SELECT o_orderpriority, count(*)
FROM orders
WHERE o_orderdate >= date '1994-04-01' AND o_orderdate < date '1994-07-01'
    AND EXISTS (SELECT FROM lineitem WHERE l_orderkey = o_orderkey AND l_commitdate < l_receiptdate)
GROUP BY o_orderpriority
ORDER BY o_orderpriority;
