-- case: monthly figures of the largest tenant, which has a fifth of all tickets
-- kind: group, existing
-- calls: 1/h report
-- writes: tickets INSERT 300/h, tickets UPDATE 2000/h (status, updated_at)
-- expect: none
-- because: too_rare
-- harmful: CREATE INDEX ON tickets (tenant_id, status) | writes: each change of status pays for a report of an hour
-- measured: without=250.275 with=219.898 ratio=0.8786 used=yes
SELECT status, count(*), avg(updated_at - created_at) FROM tickets WHERE tenant_id = 1 GROUP BY status;
