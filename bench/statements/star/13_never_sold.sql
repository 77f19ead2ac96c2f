SELECT count(*) FROM products WHERE discontinued AND NOT EXISTS (SELECT FROM sales WHERE sales.product_id = products.product_id AND day_id > 2400);
