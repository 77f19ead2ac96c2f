-- case: a hotel's price of a day; a hotel has thirty seasons
-- kind: equality
-- calls: 20000/h prepared
-- params: 17, '2023-05-05'
-- params: 7900, '2021-08-01'
-- expect: CREATE INDEX ON season_prices (hotel_id)
-- accept: CREATE INDEX ON season_prices USING gist (hotel_id, valid)
-- accept: CREATE INDEX ON season_prices (hotel_id, valid)
-- harmful: CREATE INDEX ON season_prices USING gist (valid) | slow: the season of all hotels
SELECT price FROM season_prices WHERE hotel_id = $1 AND valid @> $2::date;
