-- case: one search box: a ticket by its foreign number or by who sent it
-- kind: or, join, existing
-- calls: 1200/h literals
-- expect: none
-- because: or_over_tables
-- harmful: CREATE INDEX ON tickets (external_ref, requester_id) | unused: the other side of the OR is another table's
-- instead: SELECT id, title FROM tickets WHERE external_ref = 'EXT-700' UNION SELECT t.id, t.title FROM tickets AS t JOIN users AS u ON u.id = t.requester_id WHERE u.email = 'user700@company700.test'
-- measured: without=421.607 with=407.128 ratio=0.9657 used=no instead=0.038
SELECT t.id, t.title FROM tickets AS t JOIN users AS u ON u.id = t.requester_id
WHERE t.external_ref = 'EXT-700' OR u.email = 'user700@company700.test';
