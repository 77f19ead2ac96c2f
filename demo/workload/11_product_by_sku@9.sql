\set n random(1, 9999)
SELECT id, price FROM shop.products WHERE sku = 'SKU-' || lpad(:n::text, 6, '0');
