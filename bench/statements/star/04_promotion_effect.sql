SELECT p.name, count(*), sum(s.amount)
FROM promotions AS p JOIN sales AS s USING (promotion_id)
WHERE p.channel = 'radio' AND p.first_day >= date '2024-01-01' GROUP BY p.name ORDER BY 3 DESC;
