-- case: windows of the rate limiter that are over are swept once an hour; each hit writes the row
-- kind: range, write
-- calls: 1/h literals
-- writes: rate_limits UPDATE 300000/h (window_start, hits)
-- price: UPDATE rate_limits SET window_start = window_start + interval '1 min', hits = 1 WHERE right(key, 1) = '7'
-- expect: none
-- because: writes_too_dear
-- harmful: CREATE INDEX ON rate_limits (window_start) | writes: no hit would be a HOT update any more
-- measured: without=3.351 with=0.884 ratio=0.2638 used=yes write_without=3.81 write_with=9.13
DELETE FROM rate_limits WHERE window_start < '2024-05-04 00:30+00';
