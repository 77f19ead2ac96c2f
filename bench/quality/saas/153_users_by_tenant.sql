-- case: how many users each tenant has: all users
-- heldout: 2026-11-22
-- kind: join, group
-- calls: 2/h report
-- writes: users UPDATE 30000/h (last_seen_at)
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON users (tenant_id) | size: all users are counted in any case
-- measured: without=14.076 with=11.347 ratio=0.8061 used=yes
SELECT t.slug, count(*) FROM tenants AS t JOIN users AS u ON u.tenant_id = t.id GROUP BY t.slug ORDER BY count(*) DESC;
