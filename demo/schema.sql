-- The demo's shop: made by arithmetic (hashes of row numbers), so that it is the
-- same on every run. Primary and foreign keys are there, as an application
-- framework would make them; the other indexes are for the advisor.
SET client_min_messages = warning;
CREATE SCHEMA shop;
SET search_path = shop;

CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL, plan text NOT NULL);
CREATE TABLE customers (id int PRIMARY KEY, tenant_id int NOT NULL, email text NOT NULL,
    name text NOT NULL, country text NOT NULL, created_at timestamptz NOT NULL, deleted_at timestamptz);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, tenant_id int NOT NULL,
    status text NOT NULL, created_at timestamptz NOT NULL, shipped_at timestamptz, total numeric(10, 2) NOT NULL,
    coupon text, paid boolean NOT NULL, note text NOT NULL);
CREATE TABLE order_lines (id bigint PRIMARY KEY, order_id bigint NOT NULL, product_id int NOT NULL,
    quantity int NOT NULL, price numeric(10, 2) NOT NULL);
CREATE TABLE products (id int PRIMARY KEY, sku text NOT NULL, name text NOT NULL, category int NOT NULL,
    price numeric(10, 2) NOT NULL, active boolean NOT NULL);
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, kind text NOT NULL,
    session uuid NOT NULL, body jsonb NOT NULL);
CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL, run_at timestamptz NOT NULL, priority int NOT NULL,
    payload text NOT NULL);
CREATE TABLE settings (id int PRIMARY KEY, name text NOT NULL, value text NOT NULL);

INSERT INTO tenants SELECT i, 'tenant ' || i, (ARRAY['free', 'team', 'company'])[1 + i % 3]
    FROM generate_series(1, 200) i;
INSERT INTO customers SELECT i, 1 + abs(hashint4(i)) % 200, 'User' || i || '@Example.com', 'Customer ' || i,
    (ARRAY['DE', 'FR', 'US', 'JP', 'BR'])[1 + abs(hashint4(i + 1)) % 5],
    timestamptz '2024-01-01 00:00+00' + i * interval '10 minutes',
    CASE WHEN abs(hashint4(i + 2)) % 100 < 30 THEN timestamptz '2025-01-01 00:00+00' END
    FROM generate_series(1, 50000) i;
INSERT INTO products SELECT i, 'SKU-' || lpad(i::text, 6, '0'), 'Product ' || i, i % 40, (i % 1000) / 10.0, i % 20 <> 0
    FROM generate_series(1, 20000) i;
INSERT INTO orders SELECT i, 1 + abs(hashint4(i)) % 50000, 1 + abs(hashint4(1 + abs(hashint4(i)) % 50000)) % 200,
    CASE WHEN abs(hashint4(i + 3)) % 100 = 0 THEN 'pending'
         ELSE (ARRAY['paid', 'shipped', 'delivered', 'cancelled'])[1 + abs(hashint4(i + 4)) % 4] END,
    timestamptz '2024-01-01 00:00+00' + i * interval '30 seconds',
    CASE WHEN i % 10 <> 0 THEN timestamptz '2024-01-02 00:00+00' + i * interval '30 seconds' END,
    (abs(hashint4(i + 5)) % 100000) / 100.0,
    CASE WHEN abs(hashint4(i + 6)) % 1000 = 0 THEN 'SPRING' || abs(hashint4(i)) % 50 END,
    abs(hashint4(i + 7)) % 100 < 95, repeat('n', 80)
    FROM generate_series(1, 1000000) i;
INSERT INTO order_lines SELECT i, 1 + abs(hashint4(i + 8)) % 1000000, 1 + abs(hashint4(i + 9)) % 20000,
    1 + i % 5, (i % 900) / 10.0
    FROM generate_series(1, 1500000) i;
INSERT INTO events (at, kind, session, body) SELECT timestamptz '2025-01-01 00:00+00' + i * interval '2 seconds',
    (ARRAY['view', 'click', 'cart', 'search', 'error'])[1 + abs(hashint4(i)) % 5], md5((i / 20)::text)::uuid,
    jsonb_build_object('user', abs(hashint4(i + 1)) % 50000, 'page', '/p/' || abs(hashint4(i + 2)) % 5000)
    FROM generate_series(1, 300000) i;
INSERT INTO jobs SELECT i, CASE WHEN i % 1000 = 0 THEN 'ready' ELSE 'done' END,
    timestamptz '2025-01-01 00:00+00' + abs(hashint4(i)) % 1000000 * interval '1 second', i % 10, repeat('p', 60)
    FROM generate_series(1, 200000) i;
INSERT INTO settings SELECT i, 'name' || i, 'value' || i FROM generate_series(1, 150) i;

-- After the rows: checking them all at once takes a join, checking them one by one half a minute.
ALTER TABLE customers ADD FOREIGN KEY (tenant_id) REFERENCES tenants;
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE order_lines ADD FOREIGN KEY (order_id) REFERENCES orders;

CREATE FUNCTION customer_page(wanted int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last_order shop.orders;
    n bigint;
BEGIN
    SELECT * INTO last_order FROM shop.orders WHERE customer_id = wanted ORDER BY created_at DESC LIMIT 1;
    SELECT count(*) INTO n FROM shop.orders WHERE customer_id = wanted AND status = 'delivered';
    RETURN n + coalesce(last_order.id, 0);
END $$;
VACUUM (ANALYZE);
