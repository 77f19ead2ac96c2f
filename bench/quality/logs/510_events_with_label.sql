-- case: events with a label, in an array of the document
-- kind: jsonb, gin
-- calls: 300/h prepared
-- writes: events INSERT 2000/h
-- params: '["l17"]'
-- params: '["l2900"]'
-- expect: CREATE INDEX ON events USING gin ((doc -> 'labels') jsonb_path_ops)
-- accept: CREATE INDEX ON events USING gin ((doc -> 'labels'))
-- harmful: CREATE INDEX ON events USING gin (doc jsonb_path_ops) | unused: the operator's left side is doc -> 'labels'
SELECT id, at FROM events WHERE doc -> 'labels' @> $1::jsonb;
