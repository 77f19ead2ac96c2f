-- A queue of jobs and what is around it: nearly all jobs are done, few are ready, some of
-- them for later; workers, retries, dependencies, an outbox, locks by key.
CREATE TABLE queues (name text PRIMARY KEY, paused boolean NOT NULL, max_workers int NOT NULL);
CREATE TABLE workers (
    id int PRIMARY KEY,
    hostname text NOT NULL,
    heartbeat_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE jobs (
    id bigint PRIMARY KEY,
    queue text NOT NULL REFERENCES queues,
    state text NOT NULL,
    priority int NOT NULL,
    run_at timestamptz NOT NULL,
    attempts int NOT NULL,
    locked_by int,
    locked_until timestamptz,
    finished_at timestamptz,
    batch_id uuid,
    unique_key text,
    payload jsonb NOT NULL
);
CREATE TABLE job_attempts (
    id bigint PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES jobs ON DELETE CASCADE,
    started_at timestamptz NOT NULL,
    error text
);
CREATE TABLE job_dependencies (
    job_id bigint NOT NULL,
    needs_id bigint NOT NULL,
    PRIMARY KEY (job_id, needs_id)
);
CREATE TABLE outbox (
    id bigint PRIMARY KEY,
    topic text NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    body text NOT NULL
);
CREATE TABLE schedules (id int PRIMARY KEY, cron text NOT NULL, next_run_at timestamptz NOT NULL, enabled boolean NOT NULL);
CREATE TABLE rate_limits (key text PRIMARY KEY, window_start timestamptz NOT NULL, hits int NOT NULL) WITH (fillfactor = 50);

SELECT setseed(0.14);
INSERT INTO queues SELECT (ARRAY['mail', 'image', 'report', 'import', 'billing', 'cleanup', 'push', 'sync'])[i], false, 5
    FROM generate_series(1, 8) AS i;
INSERT INTO workers SELECT i, 'worker-' || i, '2024-05-01'::timestamptz - random() * interval '1 min' FROM generate_series(1, 120) AS i;
INSERT INTO jobs
    SELECT i, (ARRAY['mail', 'push', 'image', 'sync', 'import', 'report', 'billing', 'cleanup'])[1 + (7 * q ^ 2)::int],
        CASE WHEN i > 597000 THEN CASE WHEN r < 0.1 THEN 'running' ELSE 'ready' END WHEN r < 0.01 THEN 'failed' ELSE 'done' END,
        (p * 9)::int, '2024-01-01'::timestamptz + i * interval '18 s' + CASE WHEN r > 0.97 THEN interval '3 days' ELSE interval '0' END,
        1 + (3 * r ^ 8)::int, CASE WHEN i > 597000 AND r < 0.1 THEN 1 + (p * 119)::int END,
        CASE WHEN i > 597000 AND r < 0.1 THEN '2024-05-05 00:00+00'::timestamptz + (p * 60) * interval '1 min' END,
        CASE WHEN i <= 597000 THEN '2024-01-01'::timestamptz + i * interval '18 s' + p * interval '1 min' END,
        CASE WHEN r < 0.4 THEN md5((i / 200)::text)::uuid END,
        CASE WHEN p < 0.3 THEN 'user:' || (q * 100000)::int || ':digest' END,
        jsonb_build_object('to', i % 5000, 'kind', i % 12)
    FROM (SELECT i, random() AS q, random() AS r, random() AS p FROM generate_series(1, 600000) AS i) AS x;
INSERT INTO job_attempts
    SELECT i, 1 + (i::bigint * 599) / 599, '2024-01-01'::timestamptz + i * interval '18 s', CASE WHEN random() < 0.02 THEN 'timeout after 30 s' END
    FROM generate_series(1, 590000) AS i;
INSERT INTO job_dependencies
    SELECT DISTINCT 500000 + i % 100000, 1 + (499999 * random())::bigint FROM generate_series(1, 150000) AS i;
INSERT INTO outbox
    SELECT i, (ARRAY['orders', 'users', 'stock'])[1 + (2 * random())::int], '2024-04-01'::timestamptz + i * interval '6 s',
        CASE WHEN i < 399800 AND i % 50000 > 0 THEN '2024-04-01'::timestamptz + i * interval '6 s' + interval '2 s' END,
        repeat('{"event": 1} ', 8)
    FROM generate_series(1, 400000) AS i;
INSERT INTO schedules SELECT i, '*/5 * * * *', '2024-05-05'::timestamptz + random() * interval '1 day', true FROM generate_series(1, 60) AS i;
INSERT INTO rate_limits SELECT 'ip:' || i, '2024-05-05'::timestamptz - random() * interval '1 day', 1 FROM generate_series(1, 50000) AS i;
VACUUM ANALYZE;
