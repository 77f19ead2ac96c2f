SELECT 100 * sum(l_extendedprice * (1 - l_discount)) FILTER (WHERE p_type LIKE 'PROMO%') / sum(l_extendedprice * (1 - l_discount)) AS share
FROM lineitem
JOIN part ON p_partkey = l_partkey
WHERE l_shipdate >= date '1997-03-01' AND l_shipdate < date '1997-04-01';
