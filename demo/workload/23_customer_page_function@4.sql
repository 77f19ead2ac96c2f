\set id random(1, 50000)
SELECT shop.customer_page(:id);
