SELECT product_id, name, sum(amount) AS amount
FROM sales JOIN shops USING (shop_id)
WHERE shop_id = 211 AND NOT returned GROUP BY product_id, name ORDER BY amount DESC LIMIT 20;
