-- case: reminders due within a quarter of an hour, the sum on the column's side
-- kind: range, existing
-- calls: 600/h literals
-- expect: none
-- because: function_on_column
-- harmful: CREATE INDEX ON reminders (remind_at, id) | unused: the column stands in an expression
-- instead: SELECT id, text FROM reminders WHERE remind_at < '2024-01-01 01:00'::timestamp + interval '15 min'
-- measured: without=86.318 with=84.874 ratio=0.9833 used=no instead=0.010
SELECT id, text FROM reminders WHERE remind_at - interval '15 min' < '2024-01-01 01:00';
