-- case: purchases above an amount, a number in the document
-- kind: jsonb, expression, range
-- calls: 100/h prepared
-- writes: events INSERT 2000/h
-- params: 996
-- params: 998
-- expect: CREATE INDEX ON events (((doc ->> 'amount')::int))
-- harmful: CREATE INDEX ON events ((doc ->> 'amount')) | unused: the text is cast
-- harmful: CREATE INDEX ON events USING gin (doc jsonb_path_ops) | unused: no containment
SELECT id, doc FROM events WHERE (doc ->> 'amount')::int > $1;
