-- case: a box with any twenty approved comments
-- kind: limit
-- calls: 5000/h literals
-- expect: none
-- because: limit_stops_early
-- harmful: CREATE INDEX ON comments (approved) | unused: the first page has twenty
-- measured: without=0.004 with=0.004 ratio=1.0000 used=no
SELECT id, body FROM comments WHERE approved LIMIT 20;
