SELECT year, quarter, department, sum(amount), count(*) FROM sales JOIN days USING (day_id) JOIN products USING (product_id) GROUP BY year, quarter, department;
