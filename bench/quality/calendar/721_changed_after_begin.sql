-- case: appointments changed after they had begun: two columns of a row compared, true for half
-- kind: range
-- calls: 6/h literals
-- writes: appointments INSERT 400/h, appointments UPDATE 800/h (updated_at)
-- expect: none
-- because: not_sargable
-- harmful: CREATE INDEX ON appointments (updated_at, starts_at) | slow: no condition narrows it
-- harmful: CREATE INDEX ON appointments (id) WHERE updated_at > starts_at | slow: half of the table
-- measured: without=150.862 with=159.405 ratio=1.0566 used=no
SELECT calendar_id, count(*), max(title) FROM appointments WHERE updated_at > starts_at GROUP BY calendar_id;
