-- case: a month's turnover, by date_trunc, which makes the date a time of the session's zone
-- kind: expression, existing
-- calls: 60/h literals
-- expect: none
-- because: stable_function
-- harmful: CREATE INDEX ON entries (booked_on, amount) | unused: the condition is on the function's value
-- instead: SELECT sum(amount), count(text) FROM entries WHERE booked_on >= '2022-05-01' AND booked_on < '2022-06-01'
-- measured: without=382.324 with=401.029 ratio=1.0489 used=no instead=2.390
SELECT sum(amount), count(text) FROM entries WHERE date_trunc('month', booked_on) = '2022-05-01';
