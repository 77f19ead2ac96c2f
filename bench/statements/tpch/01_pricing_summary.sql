SELECT l_returnflag, l_linestatus, count(*) AS lines, sum(l_quantity) AS pieces, sum(l_extendedprice) AS gross,
    sum(l_extendedprice * (1 - l_discount)) AS net, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS charged,
    avg(l_quantity), avg(l_extendedprice), avg(l_discount)
FROM lineitem
WHERE l_shipdate <= date '1998-12-01' - 75
GROUP BY l_returnflag, l_linestatus
ORDER BY l_returnflag, l_linestatus;
