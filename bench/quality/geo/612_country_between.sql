-- case: the same with two columns: each condition keeps half of the table
-- kind: range, existing
-- calls: 5000/h prepared
-- params: 1634567890
-- params: 1700000000
-- expect: none
-- because: low_selectivity
-- harmful: CREATE INDEX ON geoip_old (end_ip, start_ip) | slow: half of this one instead of half of the primary key
-- instead: SELECT country FROM (SELECT country, end_ip FROM geoip_old WHERE start_ip <= 1634567890 ORDER BY start_ip DESC LIMIT 1) AS r WHERE end_ip >= 1634567890
SELECT country FROM geoip_old WHERE start_ip <= $1 AND end_ip >= $1;
