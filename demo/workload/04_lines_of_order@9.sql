\set id random(1, 1000000)
SELECT product_id, quantity, price FROM shop.order_lines WHERE order_id = :id;
