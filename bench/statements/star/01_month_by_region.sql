SELECT region, sum(amount) FROM sales JOIN days USING (day_id) JOIN shops USING (shop_id) WHERE year_month = '2024-11' GROUP BY region ORDER BY region;
