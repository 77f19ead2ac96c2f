\set id random(1, 1000000)
SELECT o.id, p.name, l.quantity FROM shop.orders o JOIN shop.order_lines l ON l.order_id = o.id JOIN shop.products p ON p.id = l.product_id WHERE o.id = :id;
