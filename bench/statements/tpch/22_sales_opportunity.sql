SELECT left(c_phone, 2) AS country, count(*) AS customers, sum(c_acctbal) AS balance
FROM customer
WHERE left(c_phone, 2) IN ('12', '19', '23', '28', '30', '31', '34')
    AND c_acctbal > (SELECT avg(c_acctbal) FROM customer WHERE c_acctbal > 0 AND left(c_phone, 2) IN ('12', '19', '23', '28', '30', '31', '34'))
    AND NOT EXISTS (SELECT FROM orders WHERE o_custkey = c_custkey)
GROUP BY country
ORDER BY country;
