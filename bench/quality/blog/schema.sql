-- A blog platform: drafts without a date, tags as arrays, search vectors, threads of
-- comments, of which few wait for approval, views by day.
CREATE EXTENSION pg_trgm;
CREATE EXTENSION intarray;
CREATE EXTENSION ltree;
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION btree_gin;

CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE posts (
    id int PRIMARY KEY,
    author_id int NOT NULL REFERENCES authors,
    lang char(2) NOT NULL,
    slug text NOT NULL,
    status text NOT NULL,
    published_at timestamptz,
    title text NOT NULL,
    tags text[] NOT NULL,
    tag_ids int[] NOT NULL,
    meta hstore,
    words int NOT NULL,
    excerpt text NOT NULL,
    search tsvector NOT NULL
);
CREATE TABLE pages (id int PRIMARY KEY, title text NOT NULL, body text NOT NULL);
CREATE TABLE comments (
    id int PRIMARY KEY,
    post_id int NOT NULL REFERENCES posts,
    parent_id int,
    path ltree NOT NULL,
    created_at timestamptz NOT NULL,
    approved boolean NOT NULL,
    body text NOT NULL
);
CREATE TABLE post_views (
    post_id int NOT NULL,
    day date NOT NULL,
    views int NOT NULL,
    PRIMARY KEY (post_id, day)
);
CREATE TABLE media (id int PRIMARY KEY, path text NOT NULL, bytes int NOT NULL);
CREATE TABLE redirects (old_url text NOT NULL, new_url text NOT NULL);
CREATE TABLE subscribers (id int PRIMARY KEY, email citext NOT NULL UNIQUE, confirmed boolean NOT NULL);
CREATE TABLE mentions (id int PRIMARY KEY, handle citext NOT NULL, post_id int NOT NULL);

SELECT setseed(0.13);
INSERT INTO authors SELECT i, 'Author ' || i FROM generate_series(1, 5000) AS i;
INSERT INTO posts
    SELECT i, 1 + (4999 * random() ^ 2)::int, CASE WHEN r < 0.8 THEN 'en' WHEN r < 0.95 THEN 'de' ELSE 'fr' END, 'post-' || i,
        CASE WHEN d THEN 'draft' ELSE 'published' END,
        CASE WHEN NOT d THEN '2019-01-01'::timestamptz + (i + random() * 5000) * interval '20 min' END,
        initcap(words[1] || ' ' || words[2] || ' ' || substr(md5(i::text), 1, 5)), ARRAY[words[3], words[4], words[5]],
        ARRAY[1 + (1999 * random() ^ 3)::int, 1 + (1999 * random() ^ 3)::int, 1 + (1999 * random() ^ 3)::int],
        CASE WHEN r < 0.003 THEN 'featured=>1, colour=>red'::hstore WHEN r < 0.5 THEN 'colour=>red'::hstore END,
        100 + (1900 * random() ^ 2)::int, repeat('Some words of it. ', 12), to_tsvector('simple', array_to_string(words, ' '))
    FROM (SELECT i, random() AS r, random() < 0.15 AS d,
            ARRAY(SELECT 'word' || (1 + (3000 * random() ^ 3)::int) FROM generate_series(1, 10 + i * 0)) AS words
        FROM generate_series(1, 120000) AS i OFFSET 0) AS x;
INSERT INTO pages
    SELECT i, 'Page ' || i, (SELECT string_agg('term' || (1 + (5000 * random() ^ 2)::int), ' ') FROM generate_series(1, 15 + i * 0))
    FROM generate_series(1, 20000) AS i;
INSERT INTO comments
    SELECT i, 1 + (119999 * r ^ 3)::int, CASE WHEN i > 1000 AND i % 4 > 0 THEN i - 1 - (i::bigint * 7919) % 500 END,
        (i / 1000 || '.' || i / 50 || '.' || i)::ltree, '2019-01-01'::timestamptz + i * interval '7 min', random() < 0.99,
        repeat('I agree with that. ', 1 + (random() * 8)::int)
    FROM (SELECT i, random() AS r FROM generate_series(1, 400000) AS i) AS x;
INSERT INTO post_views
    SELECT p, '2023-01-01'::date + d, 1 + (500 * random() ^ 4)::int
    FROM generate_series(0, 299) AS d, generate_series(1, 120000, 60) AS p;
INSERT INTO media
    SELECT i, '/' || 2015 + i / 15000 || '/' || lpad((1 + i / 1250 % 12)::text, 2, '0') || '/image-' || md5(i::text) || '.jpg', i
    FROM generate_series(1, 140000) AS i;
INSERT INTO redirects
    SELECT 'https://www.example.test/archive/old/categories/' || md5(i::text) || '/' || md5((i % 1000)::text) || '.html', '/post-' || i
    FROM generate_series(1, 120000) AS i;
INSERT INTO subscribers SELECT i, 'Reader.' || i || '@mail.test', random() < 0.9 FROM generate_series(1, 80000) AS i;
INSERT INTO mentions SELECT i, 'User' || (20000 * random() ^ 2)::int, i FROM generate_series(1, 100000) AS i;

CREATE UNIQUE INDEX posts_slug_key ON posts (lang, slug);
CREATE INDEX posts_author_idx ON posts (author_id);
VACUUM ANALYZE;
