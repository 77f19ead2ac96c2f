-- A ledger: entries are added and never changed, a few accounts have most of them;
-- invoices and payments, of which few are open; balances written all the time.
CREATE TABLE tax_codes (code text PRIMARY KEY, percent numeric NOT NULL, country char(2) NOT NULL);
CREATE TABLE accounts (
    id int PRIMARY KEY,
    iban text NOT NULL UNIQUE,
    customer_id int NOT NULL,
    kind text NOT NULL,
    branch text NOT NULL,
    city text NOT NULL,
    region text NOT NULL,
    bank text NOT NULL,
    opened_on date NOT NULL,
    closed_on date
);
CREATE TABLE balances (account_id int PRIMARY KEY, amount numeric(14,2) NOT NULL, updated_at timestamptz NOT NULL) WITH (fillfactor = 70);
CREATE TABLE journals (id int PRIMARY KEY, external_id uuid NOT NULL, source text NOT NULL, posted boolean NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE entries (
    id int PRIMARY KEY,
    journal_id int NOT NULL REFERENCES journals,
    account_id int NOT NULL REFERENCES accounts,
    booked_on date NOT NULL,
    amount numeric(14,2) NOT NULL,
    reference text NOT NULL,
    text text NOT NULL
);
CREATE TABLE invoices (
    id int PRIMARY KEY,
    number text NOT NULL UNIQUE,
    customer_id int NOT NULL,
    status text NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    paid_on date,
    amount numeric(14,2) NOT NULL
);
CREATE TABLE payments (
    id int PRIMARY KEY,
    invoice_id int,
    received_at timestamptz NOT NULL,
    amount numeric(14,2) NOT NULL,
    reference text NOT NULL
);
CREATE TABLE rates (currency char(3) NOT NULL, day date NOT NULL, rate numeric NOT NULL, PRIMARY KEY (currency, day));
CREATE TABLE audit_log (id bigint NOT NULL, logged_at timestamptz NOT NULL, actor int NOT NULL, what text NOT NULL);

SELECT setseed(0.2);
INSERT INTO tax_codes SELECT 'T' || i, i % 25, 'DE' FROM generate_series(1, 60) AS i;
INSERT INTO accounts
    SELECT i, 'DE' || lpad((i::bigint * 7919)::text, 20, '0'), 1 + (19999 * random() ^ 2)::int,
        (ARRAY['asset', 'liability', 'income', 'expense'])[1 + (3 * random() ^ 2)::int],
        'branch-' || b, 'city-' || b, 'region-' || b, 'bank-' || b, '2015-01-01'::date + i / 10, CASE WHEN random() < 0.05 THEN '2023-01-01'::date + i % 300 END
    FROM (SELECT i, (random() * 24)::int AS b FROM generate_series(1, 30000) AS i OFFSET 0) AS x;
INSERT INTO balances SELECT i, round((random() * 10000 - CASE WHEN random() < 0.02 THEN 10000 ELSE 0 END)::numeric, 2), '2024-01-01' FROM generate_series(1, 30000) AS i;
INSERT INTO journals
    SELECT i, md5('j' || i)::uuid, 'source-' || i % 9, i < 349000, '2020-01-01'::timestamptz + i * interval '6 min'
    FROM generate_series(1, 350000) AS i;
INSERT INTO entries
    SELECT i, 1 + (i - 1) / 2, 1 + (29999 * random() ^ 5)::int, '2020-01-01'::date + (i * 6 / 2 / 1440),
        round((random() ^ 8 * 100000 * CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END)::numeric, 2),
        'INV-' || 2020 + i / 180000 || '-' || lpad((i / 3)::text, 6, '0'), repeat('Goods as ordered. ', 2)
    FROM generate_series(1, 690000) AS i;
INSERT INTO invoices
    SELECT i, 'R-' || lpad(i::text, 8, '0'), 1 + (19999 * random() ^ 4)::int, s, d, d + 30, CASE WHEN s = 'paid' THEN d + 5 + (random() * 40)::int END,
        round((20 + 5000 * random() ^ 3)::numeric, 2)
    FROM (SELECT i, '2020-01-01'::date + i / 150 AS d, CASE WHEN random() < 0.004 OR i > 246500 AND random() < 0.8 THEN 'open' WHEN random() < 0.02 THEN 'void' ELSE 'paid' END AS s
        FROM generate_series(1, 250000) AS i OFFSET 0) AS x;
INSERT INTO payments
    SELECT i, CASE WHEN random() < 0.99 THEN i END, '2020-01-01'::timestamptz + i * interval '9 min', round((20 + 5000 * random() ^ 3)::numeric, 2),
        (ARRAY['re ', 'Re', 'INV ', 'no. '])[1 + i % 4] || ' ' || lpad((i::bigint * 7919 % 1000003)::text, 7, '0') || ' ' || i % 10
    FROM generate_series(1, 240000) AS i;
INSERT INTO rates SELECT c, '2015-01-01'::date + d, 1 + random() FROM unnest(ARRAY['USD', 'GBP', 'CHF', 'JPY', 'SEK']) AS c, generate_series(1, 3400) AS d;
INSERT INTO audit_log
    SELECT i, '2020-01-01'::timestamptz + i * interval '3 min', (random() * 200)::int, 'viewed the account and printed a statement of it'
    FROM generate_series(1, 700000) AS i;

CREATE INDEX entries_booked_idx ON entries (booked_on);
CREATE INDEX invoices_due_idx ON invoices (due_on);
VACUUM ANALYZE;
