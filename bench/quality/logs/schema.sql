-- Requests and application logs with jsonb: written all the time, seldom read, most rows
-- of no interest; an errors table, clients by network address, a table of raw JSON events.
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gin;

CREATE TABLE services (id int PRIMARY KEY, name text NOT NULL, team text NOT NULL);
CREATE TABLE requests (
    id bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    service_id int NOT NULL,
    status smallint NOT NULL,
    ms int NOT NULL,
    client inet NOT NULL,
    path text NOT NULL,
    trace_id text NOT NULL,
    user_agent text NOT NULL
);
CREATE TABLE app_logs (
    id bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    level text NOT NULL,
    service_id int NOT NULL,
    message text NOT NULL,
    context jsonb
);
CREATE TABLE events (
    id bigint PRIMARY KEY,
    at timestamp NOT NULL,
    doc jsonb NOT NULL
);
CREATE TABLE blocked (net inet NOT NULL, reason text NOT NULL);
CREATE TABLE errors (
    id int PRIMARY KEY,
    fingerprint text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    seen int NOT NULL,
    resolved boolean NOT NULL,
    stack text NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE error_events (id bigint PRIMARY KEY, error_id int NOT NULL, at timestamptz NOT NULL, tags text[] NOT NULL);

SELECT setseed(0.16);
INSERT INTO services SELECT i, 'service-' || i, 'team-' || i % 7 FROM generate_series(1, 40) AS i;
INSERT INTO requests
    SELECT i, '2024-03-01'::timestamptz + i * interval '0.7 s', 1 + (39 * random() ^ 2)::int,
        CASE WHEN r < 0.004 THEN 500 + (r * 1000)::int WHEN r < 0.03 THEN 404 ELSE 200 END, (5 + 4000 * random() ^ 10)::int,
        ('10.' || (3 * s)::int || '.' || (255 * s)::int || '.' || (250 * random())::int)::inet,
        '/api/v' || 1 + i % 2 || '/' || (ARRAY['users', 'orders', 'items', 'search'])[1 + i % 4] || '/' || (s * 20000)::int,
        md5(i::text) || md5('t' || i), 'Mozilla/5.0 (X11; Linux x86_64)'
    FROM (SELECT i, random() AS r, random() AS s FROM generate_series(1, 700000) AS i) AS x;
INSERT INTO app_logs
    SELECT i, '2024-03-01'::timestamptz + i * interval '1 s',
        CASE WHEN r < 0.003 THEN 'ERROR' WHEN r < 0.02 THEN 'WARN' WHEN r < 0.7 THEN 'INFO' ELSE 'DEBUG' END, 1 + (39 * s ^ 2)::int,
        (ARRAY['connection closed by', 'request done for', 'cache miss for', 'retry of'])[1 + (3 * s)::int] || ' peer '
            || substr(md5(i::text), 1, 8),
        CASE WHEN r < 0.5 THEN jsonb_build_object('user_id', (s * 50000)::int, 'shard', i % 16, 'ok', r < 0.49) END
    FROM (SELECT i, random() AS r, random() AS s FROM generate_series(1, 500000) AS i) AS x;
INSERT INTO events
    SELECT i, '2024-03-01'::timestamp + i * interval '2 s',
        jsonb_build_object('type', (ARRAY['click', 'view', 'buy', 'scroll'])[1 + (3 * r)::int], 'session', md5((s * 40000)::int::text),
            'amount', (r * 1000)::int, 'geo', jsonb_build_object('city', 'city-' || (1500 * s ^ 2)::int),
            'labels', jsonb_build_array('l' || (s * 3000)::int, 'l' || (r * 3000)::int))
        || CASE WHEN r < 0.003 THEN '{"refund": true}' ELSE '{}' END::jsonb
    FROM (SELECT i, random() AS r, random() AS s FROM generate_series(1, 300000) AS i) AS x;
INSERT INTO blocked
    SELECT ('192.' || i % 200 || '.' || i / 200 || '.0/24')::inet, 'abuse' FROM generate_series(1, 40000) AS i;
INSERT INTO errors
    SELECT i, md5(i::text), '2024-01-01'::timestamptz + i * interval '1 min', '2024-03-01'::timestamptz + (random() * 30) * interval '1 day',
        (1 + 1000 * random() ^ 6)::int, random() < 0.98, repeat('at line 17 of file main; ', 10)
    FROM generate_series(1, 60000) AS i;
INSERT INTO error_events
    SELECT i, 1 + (59999 * random() ^ 4)::int, '2024-01-01'::timestamptz + i * interval '8 s',
        ARRAY['host:' || (random() * 300)::int, 'build:' || i / 500, 'env:' || CASE WHEN random() < 0.9 THEN 'prod' ELSE 'test' END]
    FROM generate_series(1, 400000) AS i;

CREATE INDEX app_logs_at_idx ON app_logs (at);
CREATE INDEX errors_last_at_idx ON errors (last_at);
VACUUM ANALYZE;
