-- case: tickets of a project that nobody answered
-- kind: anti_join, foreign_key
-- calls: 500/h prepared
-- writes: comments INSERT 900/h
-- params: 2, 1
-- params: 30, (SELECT min(id) FROM projects WHERE tenant_id = 30)
-- expect: CREATE INDEX ON comments (ticket_id)
-- harmful: CREATE INDEX ON tickets (project_id) | slow: the tickets are found already, the comments are not
-- measured: without=0 with=0 ratio=0.0000 used=no
SELECT t.id, t.title FROM tickets AS t WHERE t.tenant_id = $1 AND t.project_id = $2
AND NOT EXISTS (SELECT FROM comments AS c WHERE c.ticket_id = t.id);
