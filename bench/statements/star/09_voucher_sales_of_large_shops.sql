SELECT name, count(*) FROM sales JOIN shops USING (shop_id) WHERE payment = 'voucher' AND square_metres > 3000 GROUP BY name;
