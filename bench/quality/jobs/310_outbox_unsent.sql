-- case: the relay takes what was not sent, in order
-- kind: partial, is_null, queue, sort, limit
-- calls: 7200/h literals
-- writes: outbox INSERT 600/h, outbox UPDATE 600/h (sent_at)
-- expect: CREATE INDEX ON outbox (id) WHERE sent_at IS NULL
-- accept: CREATE INDEX ON outbox (created_at) WHERE sent_at IS NULL
-- accept: CREATE INDEX ON outbox (sent_at, id)
-- harmful: CREATE INDEX ON outbox (created_at) | unused: nearly all is sent
-- measured: without=76.903 with=0.109 ratio=0.0014 used=yes
SELECT id, topic, body FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED;
