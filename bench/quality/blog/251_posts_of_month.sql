-- case: the archive: what was published in a month; drafts have no date
-- heldout: 2026-11-22
-- kind: range, sort
-- calls: 400/h prepared
-- writes: posts INSERT 3/h
-- params: '2021-05-01', '2021-06-01'
-- params: '2020-02-01', '2020-03-01'
-- expect: CREATE INDEX ON posts (published_at)
-- accept: CREATE INDEX ON posts (published_at) WHERE status = 'published'
-- accept: CREATE INDEX ON posts (published_at DESC NULLS LAST)
-- accept: CREATE INDEX ON posts (status, published_at)
-- harmful: CREATE INDEX ON posts (status) | unused: six of seven posts
-- measured: without=56.785 with=0.701 ratio=0.0123 used=yes
SELECT id, title, published_at FROM posts
WHERE status = 'published' AND published_at >= $1 AND published_at < $2 ORDER BY published_at;
