-- case: the ten nearest places of a category, rare or common
-- kind: nearest, gist, composite, limit
-- calls: 9000/h prepared
-- params: 1, '(13.4,52.5)'
-- params: 60, '(22.0,47.0)'
-- params: 99, '(22.0,47.0)'
-- expect: CREATE INDEX ON places USING gist (category_id, pos)
-- harmful: CREATE INDEX ON places (category_id) | slow: reads and sorts all of the category
-- harmful: CREATE INDEX ON places USING gist (pos) | slow: passes by hundreds of others for each of a rare category
SELECT id, name FROM places WHERE category_id = $1 ORDER BY pos <-> $2::point LIMIT 10;
