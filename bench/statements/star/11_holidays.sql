SELECT year, shop_id, sum(amount) FROM sales JOIN days USING (day_id) WHERE holiday AND year >= 2024 GROUP BY year, shop_id;
