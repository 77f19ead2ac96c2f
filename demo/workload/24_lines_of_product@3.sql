\set p random(1, 20000)
SELECT sum(quantity) FROM shop.order_lines WHERE product_id = :p;
