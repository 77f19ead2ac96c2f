-- case: a branch of the tree of comments
-- kind: tree, gist
-- calls: 1500/h prepared
-- writes: comments INSERT 80/h
-- params: '17.350'
-- params: '390.7810'
-- expect: CREATE INDEX ON comments USING gist (path)
-- harmful: CREATE INDEX ON comments (path) | unused: <@ is no operator of a B-tree
-- measured: without=103.419 with=0.058 ratio=0.0006 used=yes
SELECT id, body FROM comments WHERE path <@ $1::ltree;
