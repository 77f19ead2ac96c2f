-- case: errors nobody has resolved, seen most
-- kind: partial, sort, limit
-- calls: 400/h literals
-- writes: errors UPDATE 3000/h (last_at, seen)
-- expect: CREATE INDEX ON errors (id) WHERE NOT resolved
-- accept: CREATE INDEX ON errors (resolved)
-- accept: CREATE INDEX ON errors (seen) WHERE NOT resolved
-- accept: CREATE INDEX ON errors (last_at) WHERE NOT resolved
-- harmful: CREATE INDEX ON errors (seen) | writes: seen changes with each event, and 49 of 50 errors are resolved
SELECT id, fingerprint, seen FROM errors WHERE NOT resolved ORDER BY seen DESC LIMIT 200;
