-- case: a search for one letter
-- kind: substring
-- calls: 20/h literals
-- expect: none
-- because: leading_wildcard
-- harmful: CREATE INDEX ON posts USING gin (title gin_trgm_ops) | unused: one letter is no trigram
-- harmful: CREATE INDEX ON posts (title) | unused: the pattern has no fixed beginning
-- measured: without=29.073 with=28.382 ratio=0.9762 used=no
SELECT id, title FROM posts WHERE title LIKE '%f%';
