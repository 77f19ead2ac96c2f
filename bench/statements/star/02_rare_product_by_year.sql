SELECT year, sum(quantity), sum(amount) FROM sales JOIN days USING (day_id) JOIN products USING (product_id) WHERE sku = 'P-0004711' GROUP BY year ORDER BY year;
