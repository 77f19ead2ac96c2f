-- case: the trial balance: all entries by account
-- kind: group
-- calls: 2/h report
-- writes: entries INSERT 5000/h
-- expect: none
-- because: aggregate_all
-- harmful: CREATE INDEX ON entries (account_id) | unused: all rows are wanted
-- measured: without=1252.402 with=1263.311 ratio=1.0087 used=no
SELECT account_id, sum(amount), max(booked_on) FROM entries GROUP BY account_id;
