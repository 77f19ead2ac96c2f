-- case: the tag field completes what is typed
-- kind: text_prefix, group
-- calls: 6000/h literals
-- writes: hashtags INSERT 2000/h
-- expect: CREATE INDEX ON hashtags (tag text_pattern_ops)
-- accept: CREATE INDEX ON hashtags (tag COLLATE "C")
-- harmful: CREATE INDEX ON hashtags (tag) | unused: the collation is not C, LIKE cannot use it
-- measured: without=62.661 with=0.076 ratio=0.0012 used=yes
SELECT tag, count(*) FROM hashtags WHERE tag LIKE 'a1b%' GROUP BY tag ORDER BY count(*) DESC LIMIT 10;
