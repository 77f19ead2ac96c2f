-- case: an author's posts that have comments waiting
-- kind: semi_join, partial
-- calls: 1000/h prepared
-- writes: comments INSERT 80/h, comments UPDATE 80/h (approved)
-- params: 4000
-- params: 1
-- expect: CREATE INDEX ON comments (post_id) WHERE NOT approved
-- accept: CREATE INDEX ON comments (post_id, approved)
-- harmful: CREATE INDEX ON posts (author_id, id) | slow: the author's posts are found already
-- measured: without=36.504 with=0.896 ratio=0.0245 used=yes
SELECT p.id, p.title FROM posts AS p WHERE p.author_id = $1
AND EXISTS (SELECT FROM comments AS c WHERE c.post_id = p.id AND NOT c.approved);
