-- case: the editor's search box takes a post's number or an author's name
-- kind: or, join, existing
-- calls: 300/h literals
-- expect: none
-- because: or_over_tables
-- harmful: CREATE INDEX ON posts (author_id, id) | unused: the other side of the OR is another table's
-- harmful: CREATE INDEX ON authors (name) | unused: the other side of the OR is another table's
-- instead: SELECT p.id, p.title FROM posts AS p WHERE p.id = 700 UNION SELECT p.id, p.title FROM posts AS p JOIN authors AS a ON a.id = p.author_id WHERE a.name = 'Author 4711'
-- measured: without=82.987 with=78.165 ratio=0.9419 used=no instead=0.210
SELECT p.id, p.title FROM posts AS p JOIN authors AS a ON a.id = p.author_id WHERE p.id = 700 OR a.name = 'Author 4711';
