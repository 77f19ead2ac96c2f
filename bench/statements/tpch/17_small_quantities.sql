SELECT sum(l_extendedprice) / 7 AS per_year
FROM lineitem
JOIN part ON p_partkey = l_partkey
WHERE p_brand = 'Brand#42' AND p_container = 'JUMBO PACK'
    AND l_quantity < (SELECT 0.2 * avg(l_quantity) FROM lineitem WHERE l_partkey = p_partkey);
