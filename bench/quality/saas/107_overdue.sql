-- case: what is overdue and still open, over all tenants; long ago nearly everything was closed
-- kind: partial, range
-- calls: 240/h literals
-- writes: tickets INSERT 300/h, tickets UPDATE 2000/h (status, updated_at)
-- expect: CREATE INDEX ON tickets (due_on) WHERE status <> 'closed'
-- accept: CREATE INDEX ON tickets (due_on) WHERE status <> 'closed' AND deleted_at IS NULL
-- harmful: CREATE INDEX ON tickets (due_on) | slow: nearly all that was due is closed
-- harmful: CREATE INDEX ON tickets (status) | slow: <> is not looked up in an index, and with due_on it is a filter
-- measured: without=45.722 with=0.005 ratio=0.0001 used=yes
SELECT id, tenant_id, title FROM tickets WHERE due_on < '2023-09-01' AND status <> 'closed' AND deleted_at IS NULL;
