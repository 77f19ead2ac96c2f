SELECT card, count(DISTINCT customer_id), sum(amount) FROM customers JOIN sales USING (customer_id) WHERE city = 'City 2900' GROUP BY card;
