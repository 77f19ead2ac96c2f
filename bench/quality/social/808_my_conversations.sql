-- case: my conversations, each with its last message
-- kind: lateral, top_n, join, composite
-- calls: 12000/h prepared
-- writes: messages INSERT 15000/h, members INSERT 200/h
-- params: 90000
-- params: 60000
-- expect: CREATE INDEX ON members (user_id)
-- expect: CREATE INDEX ON messages (conversation_id, sent_at)
-- accept: CREATE INDEX ON members (user_id, conversation_id); CREATE INDEX ON messages (conversation_id, sent_at)
-- accept: CREATE INDEX ON members (user_id); CREATE INDEX ON messages (conversation_id, sent_at DESC)
-- accept: CREATE INDEX ON members (user_id) INCLUDE (conversation_id); CREATE INDEX ON messages (conversation_id, sent_at)
-- measured: without=179.205 with=0.028 ratio=0.0002 used=yes
SELECT c.conversation_id, m.body, m.sent_at FROM members AS c CROSS JOIN LATERAL (
    SELECT body, sent_at FROM messages WHERE conversation_id = c.conversation_id ORDER BY sent_at DESC LIMIT 1) AS m
WHERE c.user_id = $1;
