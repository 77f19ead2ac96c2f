-- A web shop: three years of orders, a few wholesale customers with very many of them,
-- nearly all orders delivered. Ids follow time.
CREATE EXTENSION pg_trgm;

CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email text NOT NULL,
    last_name text NOT NULL,
    country char(2) NOT NULL,
    created_at timestamptz NOT NULL,
    newsletter boolean NOT NULL
);
CREATE TABLE addresses (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
    street text NOT NULL,
    city text NOT NULL
);
CREATE TABLE coupons (
    code text NOT NULL,
    percent int NOT NULL,
    valid_until date NOT NULL
);
CREATE TABLE products (
    id bigint PRIMARY KEY,
    sku text NOT NULL,
    name text NOT NULL,
    category_id int NOT NULL,
    price numeric(10,2) NOT NULL,
    rating numeric(2,1),
    stock int NOT NULL,
    reorder_level int NOT NULL,
    description text NOT NULL
);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    status text NOT NULL,
    placed_at timestamptz NOT NULL,
    shipped_at timestamptz,
    total numeric(10,2) NOT NULL,
    coupon_code text,
    country char(2) NOT NULL,
    note text
);
CREATE TABLE order_items (
    id bigint PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    product_id bigint NOT NULL REFERENCES products,
    qty int NOT NULL,
    price numeric(10,2) NOT NULL,
    gift_text text
);
CREATE TABLE price_history (
    product_id bigint NOT NULL,
    valid_from timestamptz NOT NULL,
    price numeric(10,2) NOT NULL
);
CREATE TABLE reviews (
    id bigint PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES products,
    customer_id bigint NOT NULL,
    stars int NOT NULL,
    created_at timestamptz NOT NULL,
    body text NOT NULL
);
CREATE TABLE carts (
    id uuid PRIMARY KEY,
    customer_id bigint,
    status text NOT NULL,
    updated_at timestamptz NOT NULL,
    content jsonb NOT NULL
);

SELECT setseed(0.11);
INSERT INTO customers
    SELECT i, 'User' || i || '@' || (ARRAY['Example.com', 'mail.test', 'Post.example'])[1 + i % 3],
        (ARRAY['Smith', 'Miller', 'Garcia', 'Okafor', 'Novak', 'Lindqvist', 'Tanaka', 'Rossi'])[1 + (random() * 7)::int]
            || substr(md5(i::text), 1, 3),
        (ARRAY['DE', 'FR', 'US', 'GB', 'IT'])[1 + (4 * random() ^ 2)::int], '2021-01-01'::timestamptz + i * interval '15 min',
        random() < 0.75
    FROM generate_series(1, 100000) AS i;
INSERT INTO addresses
    SELECT i, 1 + (i::bigint * 7919) % 100000, 'Street ' || i % 997, 'City ' || (random() * 2000)::int
    FROM generate_series(1, 140000) AS i;
INSERT INTO coupons
    SELECT 'SAVE' || i, 5 + i % 4 * 5, '2024-12-31' FROM generate_series(1, 150) AS i;
INSERT INTO products
    SELECT i, 'AB-' || lpad((i::bigint * 7919 % 1000003)::text, 7, '0') || '-' || i % 97,
        initcap((ARRAY['red', 'blue', 'oak', 'steel', 'soft', 'vintage', 'smart', 'mini'])[1 + (random() * 7)::int] || ' '
            || (ARRAY['lamp', 'chair', 'table', 'shelf', 'kettle', 'clock', 'sofa', 'mirror', 'carpet', 'tripod'])
                [1 + (random() * 9)::int] || ' ' || substr(md5(i::text), 1, 6)),
        1 + (80 * random() ^ 3)::int, round((5 + 500 * random() ^ 2)::numeric, 2),
        CASE WHEN random() < 0.8 THEN round((1 + 4 * sqrt(random()))::numeric, 1) END,
        CASE WHEN random() < 0.004 THEN 3 ELSE 20 + (random() * 500)::int END, 5 + i % 10, repeat('Nice thing. ', 15)
    FROM generate_series(1, 60000) AS i;
INSERT INTO orders
    SELECT i, CASE WHEN random() < 0.3 THEN 1 + (random() * 19)::int ELSE 21 + (random() * 98900)::int END,
        CASE WHEN i > 398500 AND random() < 0.7 THEN (ARRAY['new', 'paid', 'packed'])[1 + (random() * 2)::int]
            WHEN random() < 0.06 THEN 'cancelled' ELSE 'delivered' END,
        '2022-01-01'::timestamptz + i * interval '3.9 min' + random() * interval '3 min', NULL,
        round((10 + 300 * random() ^ 2)::numeric, 2), CASE WHEN random() < 0.03 THEN 'SAVE' || 1 + (random() * 149)::int END,
        (ARRAY['DE', 'FR', 'US', 'GB', 'IT'])[1 + (4 * random() ^ 2)::int],
        CASE WHEN random() < 0.2 THEN 'Please ring twice, the bell is old and tired.' END
    FROM generate_series(1, 400000) AS i;
INSERT INTO order_items
    SELECT i, 1 + (i - 1) * 2 / 5, 1 + (59999 * random() ^ 4)::int, 1 + (3 * random() ^ 2)::int,
        round((5 + 200 * random() ^ 2)::numeric, 2), CASE WHEN random() < 0.1 THEN 'Happy birthday to you and yours' END
    FROM generate_series(1, 1000000) AS i;
INSERT INTO price_history
    SELECT 1 + (i::bigint * 7919) % 60000, '2022-01-01'::timestamptz + i * interval '5 min', round((5 + 200 * random())::numeric, 2)
    FROM generate_series(1, 300000) AS i;
INSERT INTO reviews
    SELECT i, 1 + (59999 * random() ^ 4)::int, 1 + (random() * 98000)::int, 1 + (4 * sqrt(random()))::int,
        '2022-01-01'::timestamptz + i * interval '7 min', repeat('Good. ', 10 + (random() * 20)::int)
    FROM generate_series(1, 200000) AS i;
INSERT INTO carts
    SELECT md5(i::text)::uuid, CASE WHEN random() < 0.5 THEN (random() * 99000)::int END,
        CASE WHEN i > 198000 THEN 'open' WHEN random() < 0.6 THEN 'abandoned' ELSE 'ordered' END,
        '2023-01-01'::timestamptz + i * interval '7.9 min', '{"items": [1, 2, 3]}'
    FROM generate_series(1, 200000) AS i;

CREATE UNIQUE INDEX products_sku_key ON products (sku);
CREATE INDEX orders_placed_at_idx ON orders (placed_at);
VACUUM ANALYZE;
