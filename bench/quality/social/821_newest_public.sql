-- case: the newest public posts; nine of ten are public
-- kind: limit, sort, existing
-- calls: 15000/h literals
-- writes: posts INSERT 4000/h
-- expect: none
-- because: limit_stops_early
-- harmful: CREATE INDEX ON posts (visibility, id) | size: the primary key read backwards finds twenty within 23
-- harmful: CREATE INDEX ON posts (visibility) | unused: nine of ten
-- measured: without=0.009 with=0.009 ratio=1.0000 used=no
SELECT id, author_id, body FROM posts WHERE visibility = 'public' ORDER BY id DESC LIMIT 20;
