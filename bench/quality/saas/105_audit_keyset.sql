-- case: scrolling through a tenant's audit log: the next page after the last row seen
-- kind: keyset, composite, sort, limit
-- calls: 900/h prepared
-- writes: audit_events INSERT 9000/h
-- params: 1, '2023-11-11 11:00+00', 220000
-- params: 2500, '2023-11-11 11:00+00', 220000
-- params: 900, '2024-01-01 11:00+00', 320000
-- expect: CREATE INDEX ON audit_events (tenant_id, created_at, id)
-- accept: CREATE INDEX ON audit_events (tenant_id, created_at DESC, id DESC)
-- accept: CREATE INDEX ON audit_events (tenant_id, created_at)
-- harmful: CREATE INDEX ON audit_events (created_at, id) | slow: a small tenant's page passes by everybody's rows
-- measured: without=33.000 with=0.019 ratio=0.0006 used=yes
SELECT id, actor_id, action, created_at FROM audit_events
WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT 50;
