-- case: scrolling up: the thirty messages before the oldest one shown
-- kind: keyset, composite, sort, limit
-- calls: 9000/h prepared
-- writes: messages INSERT 15000/h
-- params: 1, '2023-10-10', 400000
-- params: 500, '2023-08-01', 300000
-- expect: CREATE INDEX ON messages (conversation_id, sent_at, id)
-- accept: CREATE INDEX ON messages (conversation_id, sent_at DESC, id DESC)
-- accept: CREATE INDEX ON messages (conversation_id, sent_at)
-- harmful: CREATE INDEX ON messages (sent_at, id) | slow: passes by all other conversations
-- harmful: CREATE INDEX ON messages (conversation_id) | slow: all messages of a conversation are read and sorted
-- measured: without=160.616 with=0.049 ratio=0.0003 used=yes
SELECT id, sender_id, body, sent_at FROM messages
WHERE conversation_id = $1 AND (sent_at, id) < ($2, $3) ORDER BY sent_at DESC, id DESC LIMIT 30;
