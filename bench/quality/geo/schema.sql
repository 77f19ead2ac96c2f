-- Places on a plane and on the globe with the built-in geometry and earthdistance, zones
-- as boxes and polygons, addresses of networks by range, visits, drivers that move.
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
CREATE EXTENSION btree_gist;
CREATE EXTENSION pg_trgm;

CREATE TABLE categories (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE cities (id int PRIMARY KEY, name text NOT NULL, country text NOT NULL, zip text NOT NULL);
CREATE TABLE places (
    id int PRIMARY KEY,
    city_id int NOT NULL,
    category_id int NOT NULL,
    pos point NOT NULL,
    rating numeric(2,1),
    name text NOT NULL,
    note text NOT NULL
);
CREATE TABLE stations (
    id int PRIMARY KEY,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    pos point NOT NULL,
    operator text NOT NULL
);
CREATE TABLE zones (id int PRIMARY KEY, bbox box NOT NULL, area polygon NOT NULL, kind text NOT NULL);
CREATE TABLE drivers (id int PRIMARY KEY, pos point NOT NULL, free boolean NOT NULL) WITH (fillfactor = 50);
CREATE TABLE tracks (vehicle_id int NOT NULL, at timestamptz NOT NULL, pos point NOT NULL, PRIMARY KEY (vehicle_id, at));
CREATE TABLE visits (id int PRIMARY KEY, place_id int NOT NULL, visitor_id int NOT NULL, at timestamptz NOT NULL);
CREATE TABLE geoip (ips int8range NOT NULL, country text NOT NULL);
CREATE TABLE geoip_old (start_ip bigint NOT NULL, end_ip bigint NOT NULL, country text NOT NULL, PRIMARY KEY (start_ip, end_ip));

SELECT setseed(0.17);
INSERT INTO categories SELECT i, 'category ' || i FROM generate_series(1, 100) AS i;
INSERT INTO cities
    SELECT i, initcap((ARRAY['new ', 'old ', 'saint ', 'upper ', '', '', ''])[1 + (6 * random())::int]
            || (ARRAY['ham', 'berg', 'stein', 'brook', 'field', 'mar', 'dorf', 'ville'])[1 + (7 * random())::int]
            || translate(substr(md5(i::text), 1, 5), '0123456789', 'aeiouklmns')),
        (ARRAY['DE', 'FR', 'US'])[1 + (2 * random() ^ 2)::int], lpad((random() * 99999)::int::text, 5, '0')
    FROM generate_series(1, 60000) AS i;
INSERT INTO places
    SELECT i, 1 + (59999 * random() ^ 4)::int, 1 + (99 * random() ^ 3)::int,
        CASE WHEN random() < 0.7 THEN point(13.4 + (random() + random() - 1) * 2, 52.5 + (random() + random() - 1) * 2)
            ELSE point(5 + random() * 20, 45 + random() * 15) END,
        CASE WHEN random() < 0.6 THEN round((1 + 4 * random())::numeric, 1) END, 'Place ' || i, repeat('Worth a visit. ', 4)
    FROM generate_series(1, 300000) AS i;
INSERT INTO stations
    SELECT i, lat, lon, point(lon, lat), 'operator-' || i % 30
    FROM (SELECT i, 35 + 30 * random() AS lat, -10 + 40 * random() AS lon FROM generate_series(1, 100000) AS i) AS x;
INSERT INTO zones
    SELECT i, box(point(x, y), point(x + w, y + w)), polygon(box(point(x, y), point(x + w, y + w))), 'kind-' || i % 5
    FROM (SELECT i, 5 + random() * 20 AS x, 45 + random() * 15 AS y, 0.01 + 0.1 * random() ^ 4 AS w FROM generate_series(1, 80000) AS i) AS x;
INSERT INTO drivers SELECT i, point(13.4 + random(), 52.5 + random()), random() < 0.5 FROM generate_series(1, 300) AS i;
INSERT INTO tracks
    SELECT v, '2024-06-01'::timestamptz + t * interval '30 s', point(13 + random(), 52 + random())
    FROM generate_series(1, 1000) AS t, generate_series(1, 300) AS v;
INSERT INTO visits
    SELECT i, 1 + (299999 * random() ^ 2)::int, 1 + (99999 * random())::int, '2023-01-01'::timestamptz + i * interval '1 min'
    FROM generate_series(1, 600000) AS i;
INSERT INTO geoip
    SELECT int8range(i::bigint * 16384, (i + 1)::bigint * 16384), 'C' || i % 180 FROM generate_series(0, 199999) AS i;
INSERT INTO geoip_old
    SELECT i::bigint * 16384, (i + 1)::bigint * 16384 - 1, 'C' || i % 180 FROM generate_series(0, 199999) AS i;

CREATE INDEX stations_pos_idx ON stations USING gist (pos);
VACUUM ANALYZE;
