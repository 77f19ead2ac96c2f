SELECT sale_id, shop_id, product_id, quantity, amount FROM sales WHERE quantity >= 19 AND amount > 2500 ORDER BY amount DESC LIMIT 100;
