-- Devices and what they measure: append-only readings in the order of time, late
-- arrivals few, one table by months, alarms, device names and network addresses.
CREATE EXTENSION btree_gin;
CREATE TABLE sites (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE devices (
    id int PRIMARY KEY,
    site_id int NOT NULL REFERENCES sites,
    serial text NOT NULL,
    addr inet NOT NULL,
    model text NOT NULL,
    country text NOT NULL,
    timezone text NOT NULL,
    language text NOT NULL,
    region text NOT NULL,
    last_value double precision,
    last_at timestamptz
) WITH (fillfactor = 70);
CREATE TABLE readings (
    device_id int NOT NULL,
    at timestamptz NOT NULL,
    metric smallint NOT NULL,
    value double precision NOT NULL,
    flags int NOT NULL
);
CREATE TABLE raw_packets (
    received_at timestamptz NOT NULL,
    device_id int NOT NULL,
    seq bigint NOT NULL,
    bytes text NOT NULL
);
CREATE TABLE measurements (
    device_id int NOT NULL,
    at timestamptz NOT NULL,
    value double precision NOT NULL
) PARTITION BY RANGE (at);
CREATE TABLE measurements_2024_01 PARTITION OF measurements FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE measurements_2024_02 PARTITION OF measurements FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE measurements_2024_03 PARTITION OF measurements FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
CREATE TABLE measurements_2024_04 PARTITION OF measurements FOR VALUES FROM ('2024-04-01') TO ('2024-05-01');
CREATE TABLE alarms (
    id int PRIMARY KEY,
    device_id int NOT NULL,
    raised_at timestamptz NOT NULL,
    cleared_at timestamptz,
    severity int NOT NULL,
    acked boolean NOT NULL
);
CREATE TABLE firmware (id int PRIMARY KEY, model text NOT NULL, version text NOT NULL);
CREATE TABLE daily (device_id int NOT NULL, day date NOT NULL, mean double precision NOT NULL, PRIMARY KEY (device_id, day));

SELECT setseed(0.15);
INSERT INTO sites SELECT i, 'Site ' || i FROM generate_series(1, 400) AS i;
INSERT INTO devices
    SELECT i, 1 + (399 * random() ^ 2)::int, 'SN' || upper(substr(md5(i::text), 1, 12)),
        ('10.' || i / 2500 || '.' || i / 10 % 250 || '.' || i % 250)::inet, 'model-' || (20 * random() ^ 2)::int,
        'C' || c, 'Zone/C' || c, 'lang-' || c, 'reg-' || c, NULL, NULL
    FROM (SELECT i, (random() * 19)::int AS c FROM generate_series(1, 30000) AS i) AS x;
INSERT INTO readings
    SELECT CASE WHEN i < 400000 THEN d ELSE least(d, 1980) END, '2024-01-01'::timestamptz + i * interval '4 s' - CASE WHEN random() < 0.001 THEN interval '1 min' ELSE '0' END,
        (7 * random())::smallint, random() * 100, CASE WHEN random() < 0.002 THEN 4 ELSE 0 END
    FROM (SELECT i, 1 + (1999 * random() ^ 2)::int AS d FROM generate_series(1, 1000000) AS i OFFSET 0) AS x;
INSERT INTO raw_packets
    SELECT '2024-01-01'::timestamptz + i * interval '10 s', 1 + (29999 * random())::int, i, repeat('x', 60)
    FROM generate_series(1, 700000) AS i;
INSERT INTO measurements
    SELECT 1 + (2999 * random())::int, '2024-01-01'::timestamptz + i * interval '17.4 s', random() * 100
    FROM generate_series(1, 600000) AS i;
INSERT INTO alarms
    SELECT i, 1 + (29999 * random() ^ 2)::int, '2023-01-01'::timestamptz + i * interval '2 min',
        CASE WHEN random() < 0.995 THEN '2023-01-01'::timestamptz + i * interval '2 min' + random() * interval '1 hour' END,
        1 + (4 * random() ^ 3)::int, random() < 0.99
    FROM generate_series(1, 300000) AS i;
INSERT INTO firmware SELECT i, 'model-' || i % 21, '1.' || i FROM generate_series(1, 100) AS i;
INSERT INTO daily SELECT d, '2024-01-01'::date + x, random() * 100 FROM generate_series(0, 99) AS x, generate_series(1, 3000) AS d;
VACUUM ANALYZE;
