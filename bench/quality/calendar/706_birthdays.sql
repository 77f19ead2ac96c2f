-- case: whose birthday it is
-- kind: expression, equality
-- calls: 100/h prepared
-- params: 5, 17
-- params: 12, 24
-- expect: CREATE INDEX ON people (extract(month FROM born), extract(day FROM born))
-- accept: CREATE INDEX ON people (extract(day FROM born), extract(month FROM born))
-- harmful: CREATE INDEX ON people (born) | unused: the year is another for each
-- measured: without=45.452 with=0.123 ratio=0.0027 used=yes
SELECT id, name FROM people WHERE extract(month FROM born) = $1 AND extract(day FROM born) = $2;
