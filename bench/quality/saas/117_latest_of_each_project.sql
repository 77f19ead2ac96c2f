-- case: the dashboard of a tenant: the three newest tickets of each project
-- kind: lateral, top_n, composite
-- calls: 1500/h prepared
-- writes: tickets INSERT 300/h
-- params: 900
-- params: 2000
-- expect: CREATE INDEX ON tickets (project_id, created_at)
-- accept: CREATE INDEX ON tickets (project_id, created_at DESC)
-- harmful: CREATE INDEX ON tickets (created_at) | slow: walks through everybody's tickets for each project
-- measured: without=2.110 with=0.019 ratio=0.0090 used=yes
SELECT p.id, t.title, t.created_at FROM projects AS p CROSS JOIN LATERAL (
    SELECT title, created_at FROM tickets WHERE project_id = p.id ORDER BY created_at DESC LIMIT 3) AS t
WHERE p.tenant_id = $1;
