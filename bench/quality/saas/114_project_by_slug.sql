-- case: a project's page by tenant and name in the address
-- kind: equality, existing
-- calls: 30000/h prepared
-- params: 1, 'project-77'
-- params: 2, 'project-78'
-- expect: none
-- because: existing_index
-- harmful: CREATE INDEX ON projects (slug) | size: the unique index has both columns
-- measured: without=0.004 with=0.005 ratio=1.2500 used=yes
SELECT id, archived FROM projects WHERE tenant_id = $1 AND slug = $2;
