-- A star: a fact table of sales around five dimensions, and everything skewed. A few products and shops make most of the
-- sales, sales grow from year to year, a promotion is rare, and what is sold depends on the season and on the shop's region.
-- Made of hashes of row numbers, so every run makes the same one.
--
--   psql -v scale=0.1 -f star.sql DATABASE     1: 5 million sales; 0.1 is what it takes by itself
\set ON_ERROR_STOP on
\if :{?scale} \else \set scale 0.1 \endif
SET client_min_messages = warning;
SET synchronous_commit = off;

-- A number from 0 to 1 for row i; another salt gives another, independent number.
CREATE FUNCTION part(i bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN (hashint8extended(i, salt) & 1073741823) / 1073741824.0::float8;
-- From 1 to n; the greater the power, the more often a low one.
CREATE FUNCTION skewed(i bigint, salt int, n int, power float8) RETURNS int LANGUAGE sql IMMUTABLE RETURN 1 + floor(n * part(i, salt) ^ power)::int;
CREATE FUNCTION one_of(i bigint, salt int, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN choices[skewed(i, salt, array_length(choices, 1), 1.7)];

CREATE TABLE days AS
    SELECT n AS day_id, day::date AS day, extract(year FROM day)::int AS year, extract(month FROM day)::int AS month, extract(quarter FROM day)::int AS quarter,
        to_char(day, 'YYYY-MM') AS year_month, extract(isodow FROM day)::int AS weekday, extract(isodow FROM day) > 5 AS weekend,
        to_char(day, 'MM-DD') IN ('12-24', '12-25', '12-26', '01-01', '05-01') AS holiday
    FROM generate_series(timestamp '2019-01-01', '2025-12-31', '1 day') WITH ORDINALITY AS _(day, n);
CREATE TABLE shops AS
    SELECT i AS shop_id, 'Shop ' || i AS name, one_of(i, 1, '{north,south,west,east,abroad}') AS region, 'City ' || skewed(i, 2, 120, 2) AS city,
        (200 + 3000 * part(i, 3) ^ 3)::int AS square_metres, date '2005-01-01' + (part(i, 4) * 6000)::int AS opened,
        CASE WHEN part(i, 5) < 0.06 THEN date '2021-01-01' + (part(i, 6) * 1500)::int END AS closed
    FROM generate_series(1, 400) i;
CREATE TABLE products AS
    SELECT i AS product_id, 'P-' || lpad(i::text, 7, '0') AS sku, one_of(i, 1, '{food,home,garden,clothing,toys,books,electronics,sports}') AS department,
        'category ' || skewed(i, 2, 90, 1.5) AS category, 'brand ' || skewed(i, 3, 900, 2.5) AS brand, round((1 + 400 * part(i, 4) ^ 4)::numeric, 2) AS list_price,
        one_of(i, 5, '{black,white,blue,red,green,yellow,grey}') AS colour, part(i, 6) < 0.15 AS discontinued
    FROM generate_series(1, greatest(100, round(:scale * 60000)::int)) i;
CREATE TABLE customers AS
    SELECT i AS customer_id, 'Customer ' || i AS name, 'customer' || i || '@example.org' AS email, date '1940-01-01' + (part(i, 1) * 24000)::int AS born,
        one_of(i, 2, '{none,silver,gold,platinum}') AS card, 'City ' || skewed(i, 3, 4000, 3) AS city, CASE WHEN part(i, 4) < 0.4 THEN skewed(i, 5, 400, 2) END AS home_shop
    FROM generate_series(1, greatest(100, round(:scale * 300000)::int)) i;
CREATE TABLE promotions AS
    SELECT i AS promotion_id, 'promotion ' || i AS name, one_of(i, 1, '{flyer,mail,radio,web}') AS channel, date '2019-01-01' + i * 8 AS first_day,
        date '2019-01-01' + i * 8 + 3 + (part(i, 2) * 18)::int AS last_day
    FROM generate_series(1, 300) i;

SELECT count(*) AS products FROM products \gset
SELECT count(*) AS customers FROM customers \gset
-- Later days sell more, the end of the year most; a tenth of the sales has a customer's card, one in thirty a promotion.
CREATE TABLE sales AS
    SELECT i AS sale_id, day_id, shop_id, product_id, CASE WHEN part(i, 6) < 0.1 THEN skewed(i, 7, :customers, 2) END AS customer_id,
        CASE WHEN part(i, 8) < 0.03 THEN 1 + (day_id / 8) % 300 END AS promotion_id, quantity, round((quantity * list_price * (0.7 + 0.3 * part(i, 10)))::numeric, 2) AS amount,
        one_of(i, 11, '{card,cash,invoice,voucher}') AS payment, part(i, 12) < 0.012 AS returned
    FROM generate_series(1, greatest(1000, round(:scale * 5000000)::int)) i,
        LATERAL (SELECT least(2557, 1 + floor(2557 * part(i, 1) ^ 0.6))::int AS day_id, skewed(i, 2, 400, 2.2) AS shop_id) AS a,
        LATERAL (SELECT 1 + (skewed(i, 3, :products, 3) + CASE WHEN part(i, 4) < 0.5 THEN shop_id * 7 ELSE 0 END) % :products AS product_id,
            skewed(i, 5, 20, 4) AS quantity) AS b JOIN products USING (product_id)
    ORDER BY day_id, i;
DROP FUNCTION one_of, skewed, part;

ALTER TABLE days ADD PRIMARY KEY (day_id);
ALTER TABLE shops ADD PRIMARY KEY (shop_id);
ALTER TABLE products ADD PRIMARY KEY (product_id);
ALTER TABLE customers ADD PRIMARY KEY (customer_id);
ALTER TABLE promotions ADD PRIMARY KEY (promotion_id);
ALTER TABLE sales ADD PRIMARY KEY (sale_id), ADD FOREIGN KEY (day_id) REFERENCES days, ADD FOREIGN KEY (shop_id) REFERENCES shops,
    ADD FOREIGN KEY (product_id) REFERENCES products, ADD FOREIGN KEY (customer_id) REFERENCES customers, ADD FOREIGN KEY (promotion_id) REFERENCES promotions;
VACUUM (ANALYZE);
