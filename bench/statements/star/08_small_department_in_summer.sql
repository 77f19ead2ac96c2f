SELECT city, sum(amount) AS amount
FROM sales JOIN products USING (product_id) JOIN shops USING (shop_id) JOIN days USING (day_id)
WHERE department = 'sports' AND month BETWEEN 6 AND 8 AND year = 2023 AND region = 'abroad' GROUP BY city ORDER BY amount DESC;
