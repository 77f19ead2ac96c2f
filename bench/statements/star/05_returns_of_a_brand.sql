SELECT day, quantity, amount FROM sales JOIN products USING (product_id) JOIN days USING (day_id) WHERE returned AND brand = 'brand 300' ORDER BY day DESC;
