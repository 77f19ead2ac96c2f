-- Who follows whom, posts, likes, conversations, requests. A few users are famous, most
-- have a dozen of anything.
CREATE EXTENSION pg_trgm;

CREATE TABLE users (
    id int PRIMARY KEY,
    handle text NOT NULL,
    display_name text NOT NULL,
    interests int[] NOT NULL,
    last_active_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE follows (
    follower_id int NOT NULL,
    followee_id int NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (follower_id, followee_id)
);
CREATE TABLE posts (
    id int PRIMARY KEY,
    author_id int NOT NULL,
    reply_to int REFERENCES posts,
    created_at timestamptz NOT NULL,
    visibility text NOT NULL,
    score int NOT NULL,
    body text NOT NULL
);
CREATE TABLE likes (
    post_id int NOT NULL REFERENCES posts ON DELETE CASCADE,
    user_id int NOT NULL,
    liked_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, user_id)
);
CREATE TABLE hashtags (post_id int NOT NULL REFERENCES posts ON DELETE CASCADE, tag text NOT NULL);
CREATE TABLE members (conversation_id int NOT NULL, user_id int NOT NULL, PRIMARY KEY (conversation_id, user_id));
CREATE TABLE messages (
    id int PRIMARY KEY,
    conversation_id int NOT NULL,
    sender_id int NOT NULL,
    sent_at timestamptz NOT NULL,
    body text NOT NULL
);
CREATE TABLE friend_requests (
    id int PRIMARY KEY,
    from_id int NOT NULL,
    to_id int NOT NULL,
    state text NOT NULL,
    asked_at timestamptz NOT NULL
);
CREATE TABLE badges (id int PRIMARY KEY, name text NOT NULL);

SELECT setseed(0.19);
INSERT INTO users
    SELECT i, 'User' || i, initcap((ARRAY['anna', 'bela', 'carl', 'dora', 'emil', 'fritz', 'grete'])[1 + (6 * random())::int] || ' '
            || substr(md5(i::text), 1, 6)), ARRAY[1 + (999 * random() ^ 2)::int, 1 + (999 * random() ^ 2)::int, 1 + (999 * random() ^ 2)::int],
        '2024-06-01'::timestamptz - random() ^ 4 * interval '300 days'
    FROM generate_series(1, 100000) AS i;
INSERT INTO follows
    SELECT 1 + (99999 * random() ^ 2)::int, 1 + (99999 * random() ^ 4)::int, '2020-01-01'::timestamptz + i * interval '2 min'
    FROM generate_series(1, 700000) AS i ON CONFLICT DO NOTHING;
INSERT INTO posts
    SELECT i, 1 + (99999 * random() ^ 3)::int, CASE WHEN i > 1000 AND random() < 0.06 THEN i - 1 - (random() * 900)::int END,
        '2022-01-01'::timestamptz + i * interval '3 min', CASE WHEN random() < 0.9 THEN 'public' ELSE 'friends' END,
        (1000 * random() ^ 5)::int, repeat('Look what I have seen. ', 1 + (random() * 6)::int)
    FROM generate_series(1, 400000) AS i;
INSERT INTO likes
    SELECT 1 + (399999 * random() ^ 2)::int, 1 + (99999 * random() ^ 2)::int, '2022-01-01'::timestamptz + i * interval '2 min'
    FROM generate_series(1, 700000) AS i ON CONFLICT DO NOTHING;
INSERT INTO hashtags
    SELECT 1 + (399999 * random())::int, substr(md5(((30000 * random() ^ 2)::int)::text), 1, 7) FROM generate_series(1, 300000) AS i;
INSERT INTO members
    SELECT i, 1 + (99999 * random() ^ 2)::int FROM generate_series(1, 60000) AS i, generate_series(1, 3) AS n ON CONFLICT DO NOTHING;
INSERT INTO messages
    SELECT i, 1 + (59999 * random() ^ 3)::int, 1 + (99999 * random())::int, '2023-01-01'::timestamptz + i * interval '1 min',
        repeat('Hello. ', 1 + (random() * 8)::int)
    FROM generate_series(1, 500000) AS i;
INSERT INTO friend_requests
    SELECT i, 1 + (99999 * random())::int, 1 + (99999 * random() ^ 5)::int,
        CASE WHEN random() < 0.03 THEN 'pending' WHEN random() < 0.8 THEN 'accepted' ELSE 'declined' END,
        '2022-01-01'::timestamptz + i * interval '3 min'
    FROM generate_series(1, 400000) AS i;
INSERT INTO badges SELECT i, 'Badge ' || i FROM generate_series(1, 80) AS i;

CREATE UNIQUE INDEX users_handle_key ON users (lower(handle));
VACUUM ANALYZE;
