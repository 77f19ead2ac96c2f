-- Rooms, bookings as ranges, appointments as two columns, people, reminders, time sheets,
-- prices by season. Most of it is past.
CREATE EXTENSION btree_gist;

CREATE TABLE rooms (id int PRIMARY KEY, building text NOT NULL, seats int NOT NULL);
CREATE TABLE bookings (
    id int PRIMARY KEY,
    room_id int NOT NULL REFERENCES rooms,
    during tstzrange NOT NULL,
    status text NOT NULL,
    booked_by int NOT NULL,
    title text NOT NULL
);
CREATE TABLE calendars (id int PRIMARY KEY, owner_id int NOT NULL, name text NOT NULL);
CREATE TABLE appointments (
    id int PRIMARY KEY,
    calendar_id int NOT NULL REFERENCES calendars ON DELETE CASCADE,
    person_id int NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    title text NOT NULL
);
CREATE TABLE attendees (
    appointment_id int NOT NULL,
    person_id int NOT NULL,
    reply text NOT NULL,
    PRIMARY KEY (appointment_id, person_id)
);
CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, born date NOT NULL, hired date NOT NULL);
CREATE TABLE reminders (id int PRIMARY KEY, appointment_id int NOT NULL, remind_at timestamp NOT NULL, sent boolean NOT NULL, text text NOT NULL);
CREATE TABLE timesheets (id int PRIMARY KEY, person_id int NOT NULL, started_at timestamptz NOT NULL, ended_at timestamptz, project text NOT NULL);
CREATE TABLE season_prices (id int PRIMARY KEY, hotel_id int NOT NULL, valid daterange NOT NULL, price numeric NOT NULL);
CREATE TABLE memberships (id int PRIMARY KEY, person_id int NOT NULL, plan_id int NOT NULL, period daterange NOT NULL);
CREATE TABLE holidays (day date NOT NULL, country char(2) NOT NULL, name text NOT NULL);

SELECT setseed(0.18);
INSERT INTO rooms SELECT i, 'building-' || i % 12, 4 + i % 20 FROM generate_series(1, 400) AS i;
INSERT INTO bookings
    SELECT i, 1 + (399 * random() ^ 2)::int, tstzrange(s, s + (1 + (3 * random())::int) * interval '30 min'),
        CASE WHEN random() < 0.93 THEN 'confirmed' ELSE 'cancelled' END, 1 + (19999 * random())::int, 'Meeting ' || i
    FROM (SELECT i, '2020-01-01'::timestamptz + (random() * 1600) * interval '1 day' AS s FROM generate_series(1, 400000) AS i OFFSET 0) AS x;
INSERT INTO calendars SELECT i, 1 + i % 20000, 'Calendar ' || i FROM generate_series(1, 25000) AS i;
INSERT INTO appointments
    SELECT i, 1 + (19999 * random() ^ 2)::int, 1 + (19999 * random() ^ 6)::int, s, s + (1 + (5 * random() ^ 3)::int) * interval '30 min',
        '2020-01-01'::timestamptz + i * interval '4 min', 'Appointment ' || i
    FROM (SELECT i, '2020-01-01'::timestamptz + (random() * 1600) * interval '1 day' AS s FROM generate_series(1, 500000) AS i OFFSET 0) AS x;
INSERT INTO attendees
    SELECT a, 1 + (19999 * random() ^ 2)::int, (ARRAY['accepted', 'declined', 'unknown'])[1 + (2 * random() ^ 2)::int]
    FROM generate_series(1, 300000) AS a, generate_series(1, 2) AS n ON CONFLICT DO NOTHING;
INSERT INTO people
    SELECT i, 'Person ' || i, '1950-01-01'::date + (random() * 20000)::int, '2010-01-01'::date + (random() * 5000)::int
    FROM generate_series(1, 100000) AS i;
INSERT INTO reminders
    SELECT i, i, '2024-01-01'::timestamp + i * interval '1 min', i < 297000, repeat('Do not forget it. ', 4) FROM generate_series(1, 300000) AS i;
INSERT INTO timesheets
    SELECT i, 1 + (19999 * random() ^ 5)::int, '2021-01-01'::timestamptz + i * interval '4 min',
        CASE WHEN i % 400 > 0 THEN '2021-01-01'::timestamptz + i * interval '4 min' + random() * interval '9 hours' END, 'project-' || i % 300
    FROM generate_series(1, 400000) AS i;
INSERT INTO season_prices
    SELECT h * 30 + s, h, daterange('2020-01-01'::date + s * 60, '2020-01-01'::date + s * 60 + 60), 80 + 10 * (s % 6)
    FROM generate_series(1, 8000) AS h, generate_series(0, 29) AS s;
INSERT INTO memberships
    SELECT i, i / 5, 1 + (29 * random() ^ 2)::int,
        CASE WHEN random() < 0.02 THEN daterange('2023-01-01'::date + i % 300, NULL)
            ELSE daterange('2015-01-01'::date + i % 2000, '2015-01-01'::date + i % 2000 + 365) END
    FROM generate_series(1, 300000) AS i;
INSERT INTO holidays SELECT '2020-01-01'::date + i * 9, 'DE', 'Holiday ' || i FROM generate_series(1, 150) AS i;

CREATE INDEX appointments_starts_idx ON appointments (starts_at);
CREATE INDEX reminders_at_idx ON reminders (remind_at);
VACUUM ANALYZE;
