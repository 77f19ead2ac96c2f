-- Many tenants in the same tables: a few large ones, thousands of small. Soft deletes,
-- tokens, free fields in jsonb, one table behind a policy. The role is the application's.
CREATE EXTENSION pg_trgm;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quality_app') THEN CREATE ROLE quality_app; END IF;
END $$;

CREATE TABLE plans (id int PRIMARY KEY, name text NOT NULL, seats int NOT NULL);
CREATE TABLE tenants (
    id int PRIMARY KEY,
    slug text NOT NULL,
    plan text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE users (
    id int PRIMARY KEY,
    tenant_id int NOT NULL REFERENCES tenants,
    email text NOT NULL,
    phone text,
    last_seen_at timestamptz NOT NULL,
    name text NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE projects (
    id int PRIMARY KEY,
    tenant_id int NOT NULL REFERENCES tenants,
    slug text NOT NULL,
    archived boolean NOT NULL
);
CREATE TABLE tickets (
    id int PRIMARY KEY,
    tenant_id int NOT NULL REFERENCES tenants,
    project_id int NOT NULL,
    assignee_id int,
    requester_id int NOT NULL,
    external_ref text,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    due_on date,
    deleted_at timestamptz,
    title text NOT NULL,
    custom jsonb NOT NULL
);
CREATE TABLE comments (
    id int PRIMARY KEY,
    ticket_id int NOT NULL,
    author_id int NOT NULL,
    created_at timestamptz NOT NULL,
    body text NOT NULL
);
CREATE TABLE audit_events (
    id bigint PRIMARY KEY,
    tenant_id int NOT NULL,
    actor_id int NOT NULL,
    action text NOT NULL,
    created_at timestamptz NOT NULL,
    detail text NOT NULL
);
CREATE TABLE sessions (
    id bigint PRIMARY KEY,
    token text NOT NULL,
    user_id int NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE notifications (
    id bigint PRIMARY KEY,
    user_id int NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    text text NOT NULL
);
CREATE TABLE documents (
    id int PRIMARY KEY,
    tenant_id int NOT NULL,
    created_at timestamptz NOT NULL,
    title text NOT NULL,
    body text NOT NULL
);
CREATE TABLE usage_records (
    tenant_id int NOT NULL,
    region text NOT NULL,
    zone text NOT NULL,
    host text NOT NULL,
    hour timestamptz NOT NULL,
    amount numeric NOT NULL
);

SELECT setseed(0.12);
INSERT INTO plans VALUES (1, 'free', 3), (2, 'team', 20), (3, 'company', 200), (4, 'unlimited', 100000);
INSERT INTO tenants
    SELECT i, 'tenant-' || i, (ARRAY['free', 'team', 'company', 'unlimited'])[1 + (3 * random() ^ 3)::int],
        '2021-01-01'::timestamptz + i * interval '9 hours'
    FROM generate_series(1, 3000) AS i;
INSERT INTO users
    SELECT i, CASE WHEN random() < 0.3 THEN 1 ELSE 1 + (2999 * random() ^ 3)::int END, 'user' || i || '@company' || i % 3000 || '.test',
        CASE WHEN random() < 0.5 THEN '+49' || (1000000 + i::bigint * 7919 % 8999999) END,
        '2024-06-30'::timestamptz - (random() ^ 4 * 700) * interval '1 day', 'Name ' || i
    FROM generate_series(1, 60000) AS i;
INSERT INTO projects
    SELECT i, CASE WHEN random() < 0.2 THEN 1 ELSE 1 + (2999 * random() ^ 3)::int END, 'project-' || i, random() < 0.3
    FROM generate_series(1, 20000) AS i;
INSERT INTO tickets
    SELECT i, p.tenant_id, p.id, CASE WHEN r < 0.9 THEN 1 + (59999 * s ^ 6)::int END, 1 + (59999 * s)::int,
        CASE WHEN i % 3 = 0 THEN 'EXT-' || md5(i::text) END,
        CASE WHEN i > 500000 - 150000 * s AND r < 0.25 THEN CASE WHEN r < 0.15 THEN 'open' ELSE 'waiting' END ELSE 'closed' END,
        '2022-01-01'::timestamptz + i * interval '2.6 min', '2022-01-01'::timestamptz + i * interval '2.6 min' + s * interval '30 days',
        CASE WHEN r < 0.6 THEN '2022-01-01'::date + (i * 2.6 / 1440)::int + 30 END,
        CASE WHEN t < 0.3 THEN '2022-02-01'::timestamptz + i * interval '2.6 min' END,
        (ARRAY['Printer', 'Login', 'Invoice', 'Export', 'Mobile', 'Report'])[1 + (t * 5)::int] || ' does not work ' || substr(md5(i::text), 1, 8),
        CASE WHEN t BETWEEN 0.5 AND 0.55 THEN jsonb_build_object('po_number', 'PO-' || i, 'floor', i % 7) ELSE '{"floor": 1}' END
    FROM (SELECT i, 1 + (19999 * random() ^ 2)::int AS project, random() AS r, random() AS s, random() AS t
        FROM generate_series(1, 500000) AS i OFFSET 0) AS x JOIN projects AS p ON p.id = x.project ORDER BY i;
INSERT INTO comments
    SELECT i, 1 + (499999 * random())::int, 1 + (59999 * random() ^ 3)::int, '2022-01-01'::timestamptz + i * interval '2.2 min',
        repeat('I have the same. ', 1 + (random() * 8)::int)
    FROM generate_series(1, 600000) AS i;
INSERT INTO audit_events
    SELECT i, CASE WHEN random() < 0.3 THEN 1 ELSE 1 + (2999 * random() ^ 3)::int END, 1 + (59999 * random())::int,
        (ARRAY['login', 'view', 'edit', 'export'])[1 + (3 * random() ^ 2)::int], '2023-01-01'::timestamptz + i / 3 * interval '4 min',
        'from 10.0.0.' || i % 255
    FROM generate_series(1, 400000) AS i;
INSERT INTO sessions
    SELECT i, md5('a' || i) || md5('b' || i) || md5('c' || i) || md5('d' || i), 1 + (59999 * random())::int,
        '2024-06-30'::timestamptz - interval '1 hour' + i * interval '10 s'
    FROM generate_series(1, 200000) AS i;
INSERT INTO notifications
    SELECT i, 1 + (59999 * random() ^ 6)::int, '2023-01-01'::timestamptz + i * interval '1 min',
        CASE WHEN random() < 0.96 THEN '2023-01-02'::timestamptz + i * interval '1 min' END, 'Ticket ' || i || ' was changed'
    FROM generate_series(1, 500000) AS i;
INSERT INTO documents
    SELECT i, CASE WHEN random() < 0.2 THEN 1 ELSE 1 + (2999 * random() ^ 2)::int END, '2022-01-01'::timestamptz + i * interval '5 min',
        'Document ' || i, repeat('Text ', 40)
    FROM generate_series(1, 200000) AS i;
INSERT INTO usage_records
    SELECT (h * 7) % 3000, 'region-' || h / 100, 'zone-' || h / 10, 'host-' || h, '2024-01-01'::timestamptz + i / 300 * interval '1 hour',
        round(random()::numeric * 100, 3)
    FROM (SELECT i, (random() * 599)::int AS h FROM generate_series(1, 400000) AS i) AS x;

CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE UNIQUE INDEX projects_slug_key ON projects (tenant_id, slug);
CREATE UNIQUE INDEX tickets_external_ref_key ON tickets (external_ref);
CREATE INDEX tickets_tenant_project_idx ON tickets (tenant_id, project_id);
CREATE INDEX tickets_requester_idx ON tickets (requester_id);
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_documents ON documents USING (tenant_id = current_setting('app.tenant')::int);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO quality_app;
VACUUM ANALYZE;
