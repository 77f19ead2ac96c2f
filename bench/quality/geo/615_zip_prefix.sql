-- case: cities of a country by the first digits of the zip code
-- kind: text_prefix, composite
-- calls: 900/h literals
-- expect: CREATE INDEX ON cities (country, zip text_pattern_ops)
-- accept: CREATE INDEX ON cities (country, zip COLLATE "C")
-- accept: CREATE INDEX ON cities (zip text_pattern_ops)
-- harmful: CREATE INDEX ON cities (zip) | unused: the collation is not C, LIKE cannot use it
-- harmful: CREATE INDEX ON cities (country) | slow: a country has half of the cities
-- measured: without=3.281 with=0.005 ratio=0.0015 used=yes
SELECT id, name FROM cities WHERE country = 'DE' AND zip LIKE '1014%';
