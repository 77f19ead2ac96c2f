-- case: the ticket list of a tenant by status, last changed first, without what was deleted softly
-- kind: composite, partial, is_null, sort, limit
-- calls: 8000/h prepared
-- writes: tickets INSERT 300/h, tickets UPDATE 2000/h (status, updated_at)
-- params: 1, 'open'
-- params: 2, 'closed'
-- params: 700, 'waiting'
-- expect: CREATE INDEX ON tickets (tenant_id, status, updated_at) WHERE deleted_at IS NULL
-- accept: CREATE INDEX ON tickets (tenant_id, status, updated_at DESC) WHERE deleted_at IS NULL
-- accept: CREATE INDEX ON tickets (tenant_id, status, updated_at)
-- accept: CREATE INDEX ON tickets (tenant_id, status, updated_at DESC)
-- accept: CREATE INDEX ON tickets (status, tenant_id, updated_at) WHERE deleted_at IS NULL
-- harmful: CREATE INDEX ON tickets (deleted_at) | unused: most rows have NULL there
-- harmful: CREATE INDEX ON tickets (updated_at, tenant_id, status) | slow: order before equality, small tenants read all
-- measured: without=16.456 with=0.015 ratio=0.0009 used=yes
SELECT id, title, assignee_id, updated_at FROM tickets
WHERE tenant_id = $1 AND status = $2 AND deleted_at IS NULL ORDER BY updated_at DESC LIMIT 50;
