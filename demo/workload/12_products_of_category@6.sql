\set c random(0, 39)
SELECT id, name FROM shop.products WHERE category = :c AND active ORDER BY price LIMIT 20;
