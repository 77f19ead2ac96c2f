-- case: tickets of a project that nobody answered
-- kind: anti_join, foreign_key
-- calls: 500/h prepared
-- writes: comments INSERT 900/h
-- params: 30, 5302
-- params: 30, 6305
-- expect: CREATE INDEX ON comments (ticket_id)
-- harmful: CREATE INDEX ON tickets (project_id) | slow: the tickets are found already, the comments are not
-- measured: without=1589.755 with=0.029 ratio=0.0000 used=yes
SELECT t.id, t.title FROM tickets AS t WHERE t.tenant_id = $1 AND t.project_id = $2
AND NOT EXISTS (SELECT FROM comments AS c WHERE c.ticket_id = t.id);
