SELECT country, count(*) FROM shop.customers GROUP BY country;
