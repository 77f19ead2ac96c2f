SELECT day, sku, quantity, amount
FROM sales JOIN days USING (day_id) JOIN products USING (product_id) WHERE customer_id = 20011 ORDER BY day DESC LIMIT 50;
