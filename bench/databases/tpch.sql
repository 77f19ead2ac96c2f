-- A database of TPC-H's shape: its eight tables, their proportions and the distributions of their values, so that the
-- benchmark's statements find what they ask for. It is made of hashes of row numbers, so every run makes the same one.
-- It is not dbgen's data: no result of the benchmark can be claimed with it.
--
--   psql -v scale=0.1 -f tpch.sql DATABASE     1: 6 million rows of lineitem; 0.1 (default) takes some 15 s
--   -v keys=off                                without primary and foreign keys
\set ON_ERROR_STOP on
\if :{?scale} \else \set scale 0.1 \endif
\if :{?keys} \else \set keys on \endif
SET client_min_messages = warning;
SET synchronous_commit = off;

CREATE TABLE region (r_regionkey int NOT NULL, r_name char(25) NOT NULL, r_comment varchar(152));
CREATE TABLE nation (n_nationkey int NOT NULL, n_name char(25) NOT NULL, n_regionkey int NOT NULL, n_comment varchar(152));
CREATE TABLE supplier (s_suppkey int NOT NULL, s_name char(25) NOT NULL, s_address varchar(40) NOT NULL, s_nationkey int NOT NULL,
    s_phone char(15) NOT NULL, s_acctbal numeric(15, 2) NOT NULL, s_comment varchar(101) NOT NULL);
CREATE TABLE part (p_partkey int NOT NULL, p_name varchar(55) NOT NULL, p_mfgr char(25) NOT NULL, p_brand char(10) NOT NULL,
    p_type varchar(25) NOT NULL, p_size int NOT NULL, p_container char(10) NOT NULL, p_retailprice numeric(15, 2) NOT NULL,
    p_comment varchar(23) NOT NULL);
CREATE TABLE partsupp (ps_partkey int NOT NULL, ps_suppkey int NOT NULL, ps_availqty int NOT NULL,
    ps_supplycost numeric(15, 2) NOT NULL, ps_comment varchar(199) NOT NULL);
CREATE TABLE customer (c_custkey int NOT NULL, c_name varchar(25) NOT NULL, c_address varchar(40) NOT NULL, c_nationkey int NOT NULL,
    c_phone char(15) NOT NULL, c_acctbal numeric(15, 2) NOT NULL, c_mktsegment char(10) NOT NULL, c_comment varchar(117) NOT NULL);
CREATE TABLE orders (o_orderkey int NOT NULL, o_custkey int NOT NULL, o_orderstatus char(1) NOT NULL,
    o_totalprice numeric(15, 2) NOT NULL, o_orderdate date NOT NULL, o_orderpriority char(15) NOT NULL, o_clerk char(15) NOT NULL,
    o_shippriority int NOT NULL, o_comment varchar(79) NOT NULL);
CREATE TABLE lineitem (l_orderkey int NOT NULL, l_partkey int NOT NULL, l_suppkey int NOT NULL, l_linenumber int NOT NULL,
    l_quantity numeric(15, 2) NOT NULL, l_extendedprice numeric(15, 2) NOT NULL, l_discount numeric(15, 2) NOT NULL,
    l_tax numeric(15, 2) NOT NULL, l_returnflag char(1) NOT NULL, l_linestatus char(1) NOT NULL, l_shipdate date NOT NULL,
    l_commitdate date NOT NULL, l_receiptdate date NOT NULL, l_shipinstruct char(25) NOT NULL, l_shipmode char(10) NOT NULL,
    l_comment varchar(44) NOT NULL);

-- A number from 0 to n - 1 for row i; another salt gives another, independent number.
CREATE FUNCTION pick(i bigint, salt int, n int) RETURNS int LANGUAGE sql IMMUTABLE RETURN (hashint8extended(i, salt) & 2147483647) % n;
CREATE FUNCTION one_of(i bigint, salt int, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN choices[1 + pick(i, salt, array_length(choices, 1))];
CREATE FUNCTION amount(i bigint, salt int, lowest int, highest int) RETURNS numeric LANGUAGE sql IMMUTABLE
    RETURN (lowest + pick(i, salt, highest - lowest + 1)) / 100.0;
CREATE FUNCTION word(i bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN (ARRAY['quickly', 'pending', 'deposits', 'are', 'among', 'the', 'blithely', 'regular', 'accounts', 'sleep', 'above', 'ironic',
        'requests', 'haggle', 'carefully', 'special', 'packages', 'wake', 'after', 'final', 'ideas', 'nag', 'furiously', 'even', 'theories',
        'bold', 'instructions', 'cajole', 'across', 'slyly', 'express', 'pinto', 'beans', 'boost', 'silent', 'platelets', 'doze', 'never',
        'unusual', 'foxes', 'use', 'along', 'daring', 'excuses', 'integrate', 'dependencies', 'detect', 'against', 'ruthless', 'courts',
        'believe', 'busy', 'dolphins', 'print', 'thin', 'asymptotes'])[1 + pick(i, salt, 56)];
-- From `fewest` to `most` words; a comment's length varies as a sentence's.
CREATE FUNCTION words(i bigint, salt int, fewest int, most int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN (SELECT string_agg(word(i, salt + n), ' ') FROM generate_series(1, fewest + pick(i, salt, most - fewest + 1)) n);
CREATE FUNCTION phone(i bigint, nation int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN concat_ws('-', 10 + nation, 100 + pick(i, 90, 900), 100 + pick(i, 91, 900), 1000 + pick(i, 92, 9000));

SELECT greatest(round(:scale * 10000), 4)::int AS suppliers, greatest(round(:scale * 200000), 4)::int AS parts,
    greatest(round(:scale * 150000), 3)::int AS customers, greatest(round(:scale * 1500000), 1)::int AS orders,
    1000000 * greatest(:scale, 0.001) AS clerks \gset

INSERT INTO region SELECT n - 1, name, words(n, 1, 4, 15)
    FROM unnest(ARRAY['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST']) WITH ORDINALITY AS _(name, n);
INSERT INTO nation SELECT n - 1, name, ('{0,1,1,1,4,0,3,3,2,2,4,4,2,4,0,0,0,1,2,3,4,2,3,3,1}'::int[])[n], words(n, 20, 4, 15)
    FROM unnest(ARRAY['ALGERIA', 'ARGENTINA', 'BRAZIL', 'CANADA', 'EGYPT', 'ETHIOPIA', 'FRANCE', 'GERMANY', 'INDIA', 'INDONESIA',
        'IRAN', 'IRAQ', 'JAPAN', 'JORDAN', 'KENYA', 'MOROCCO', 'MOZAMBIQUE', 'PERU', 'CHINA', 'ROMANIA', 'SAUDI ARABIA', 'VIETNAM',
        'RUSSIA', 'UNITED KINGDOM', 'UNITED STATES']) WITH ORDINALITY AS _(name, n);

-- One supplier in 2,000 is complained of.
INSERT INTO supplier SELECT i, 'Supplier#' || lpad(i::text, 9, '0'), left(md5(i::text || 's') || md5(i::text), 10 + pick(i, 1, 31)),
        pick(i, 2, 25), phone(i, pick(i, 2, 25)), amount(i, 3, -99999, 999999),
        left(CASE pick(i, 4, 2000) WHEN 0 THEN 'Customer ' || word(i, 5) || ' Complaints ' WHEN 1 THEN 'Customer ' || word(i, 5) || ' Recommends '
             ELSE '' END || words(i, 6, 4, 13), 101)
    FROM generate_series(1, :suppliers) i;

INSERT INTO part SELECT i, (SELECT string_agg(one_of(i, 10 + n, '{almond,antique,aquamarine,azure,beige,bisque,black,blanched,blue,blush,
            brown,burlywood,burnished,chartreuse,chiffon,chocolate,coral,cornflower,cornsilk,cream,cyan,dark,deep,dim,dodger,drab,firebrick,
            floral,forest,frosted,gainsboro,ghost,goldenrod,green,grey,honeydew,hot,indian,ivory,khaki,lace,lavender,lawn,lemon,light,lime,
            linen,magenta,maroon,medium,metallic,midnight,mint,misty,moccasin,navajo,navy,olive,orange,orchid,pale,papaya,peach,peru,pink,
            plum,powder,puff,purple,red,rose,rosy,royal,saddle,salmon,sandy,seashell,sienna,sky,slate,smoke,snow,spring,steel,tan,thistle,
            tomato,turquoise,violet,wheat,white,yellow}'), ' ') FROM generate_series(1, 5) n),
        'Manufacturer#' || 1 + pick(i, 1, 5), 'Brand#' || 1 + pick(i, 1, 5) || 1 + pick(i, 2, 5),
        concat_ws(' ', one_of(i, 3, '{STANDARD,SMALL,MEDIUM,LARGE,ECONOMY,PROMO}'), one_of(i, 4, '{ANODIZED,BURNISHED,PLATED,POLISHED,BRUSHED}'),
            one_of(i, 5, '{TIN,NICKEL,BRASS,STEEL,COPPER}')),
        1 + pick(i, 6, 50), one_of(i, 7, '{SM,LG,MED,JUMBO,WRAP}') || ' ' || one_of(i, 8, '{CASE,BOX,BAG,JAR,PKG,PACK,CAN,DRUM}'),
        (90000 + i / 10 % 20001 + 100 * (i % 1000)) / 100.0, left(words(i, 20, 1, 3), 23)
    FROM generate_series(1, :parts) i;

-- Which of its four suppliers a part comes from; lineitem asks the same.
CREATE FUNCTION supplier_of(part int, n int, suppliers int) RETURNS int LANGUAGE sql IMMUTABLE
    RETURN 1 + (part + n * (suppliers / 4 + (part - 1) / suppliers)) % suppliers;
INSERT INTO partsupp SELECT i, supplier_of(i, n, :suppliers), 1 + pick(i * 4 + n, 1, 9999), amount(i * 4 + n, 2, 100, 100000),
        left(words(i * 4 + n, 3, 8, 26), 199)
    FROM generate_series(1, :parts) i, generate_series(0, 3) n;

INSERT INTO customer SELECT i, 'Customer#' || lpad(i::text, 9, '0'), left(md5(i::text || 'c') || md5(i::text), 10 + pick(i, 1, 31)),
        pick(i, 2, 25), phone(i, pick(i, 2, 25)), amount(i, 3, -99999, 999999),
        one_of(i, 4, '{AUTOMOBILE,BUILDING,FURNITURE,MACHINERY,HOUSEHOLD}'), left(words(i, 5, 5, 15), 117)
    FROM generate_series(1, :customers) i;

-- Orders have 1 to 7 lines, keys use 8 of each 32 numbers, and a third of the customers never order.
CREATE TEMP TABLE placed AS SELECT i, (i / 8 * 32 + i % 8)::int AS key, date '1992-01-01' + pick(i, 1, 2406) AS day, 1 + pick(i, 2, 7) AS lines
    FROM generate_series(1, :orders) i;
INSERT INTO lineitem
    SELECT key, part, supplier_of(part, pick(id, 4, 4), :suppliers), line, quantity,
        quantity * (90000 + part / 10 % 20001 + 100 * (part % 1000)) / 100.0, pick(id, 5, 11) / 100.0, pick(id, 6, 9) / 100.0,
        CASE WHEN received > '1995-06-17' THEN 'N' WHEN pick(id, 7, 2) = 0 THEN 'R' ELSE 'A' END,
        CASE WHEN shipped > '1995-06-17' THEN 'O' ELSE 'F' END, shipped, day + 30 + pick(id, 8, 61), received,
        one_of(id, 9, '{DELIVER IN PERSON,COLLECT COD,NONE,TAKE BACK RETURN}'), one_of(id, 10, '{REG AIR,AIR,RAIL,SHIP,TRUCK,MAIL,FOB}'),
        left(words(id, 20, 2, 6), 44)
    FROM placed, generate_series(1, lines) line, LATERAL (SELECT i::bigint * 8 + line AS id) AS a,
        LATERAL (SELECT 1 + pick(id, 1, :parts) AS part, 1 + pick(id, 2, 50) AS quantity, day + 1 + pick(id, 3, 121) AS shipped) AS b,
        LATERAL (SELECT shipped + 1 + pick(id, 11, 30) AS received) AS c;

-- One comment in 80 mentions special requests.
INSERT INTO orders
    SELECT key, c - c % 3 + 1 + pick(i, 4, 2), status, total, day, one_of(i, 5, '{1-URGENT,2-HIGH,3-MEDIUM,4-NOT SPECIFIED,5-LOW}'),
        'Clerk#' || lpad((1 + pick(i, 6, (:clerks / 1000)::int))::text, 9, '0'), 0,
        left(CASE pick(i, 7, 80) WHEN 0 THEN 'special ' || word(i, 8) || ' requests ' ELSE '' END || words(i, 9, 3, 9), 79)
    FROM placed, LATERAL (SELECT pick(i, 3, :customers / 3 * 3) AS c) AS _,
        (SELECT l_orderkey, sum(round(l_extendedprice * (1 - l_discount) * (1 + l_tax), 2)) AS total,
            CASE WHEN every(l_linestatus = 'F') THEN 'F' WHEN every(l_linestatus = 'O') THEN 'O' ELSE 'P' END AS status
         FROM lineitem GROUP BY l_orderkey) AS lines
    WHERE l_orderkey = key
    ORDER BY key;
DROP TABLE placed;
DROP FUNCTION words, word, one_of, amount, phone, supplier_of, pick;

\if :keys
ALTER TABLE region ADD PRIMARY KEY (r_regionkey);
ALTER TABLE nation ADD PRIMARY KEY (n_nationkey), ADD FOREIGN KEY (n_regionkey) REFERENCES region;
ALTER TABLE supplier ADD PRIMARY KEY (s_suppkey), ADD FOREIGN KEY (s_nationkey) REFERENCES nation;
ALTER TABLE part ADD PRIMARY KEY (p_partkey);
ALTER TABLE partsupp ADD PRIMARY KEY (ps_partkey, ps_suppkey), ADD FOREIGN KEY (ps_partkey) REFERENCES part,
    ADD FOREIGN KEY (ps_suppkey) REFERENCES supplier;
ALTER TABLE customer ADD PRIMARY KEY (c_custkey), ADD FOREIGN KEY (c_nationkey) REFERENCES nation;
ALTER TABLE orders ADD PRIMARY KEY (o_orderkey), ADD FOREIGN KEY (o_custkey) REFERENCES customer;
ALTER TABLE lineitem ADD PRIMARY KEY (l_orderkey, l_linenumber), ADD FOREIGN KEY (l_orderkey) REFERENCES orders,
    ADD FOREIGN KEY (l_partkey, l_suppkey) REFERENCES partsupp;
\endif
VACUUM (ANALYZE);
