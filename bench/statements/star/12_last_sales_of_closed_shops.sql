SELECT shop_id, max(day_id) FROM shops JOIN sales USING (shop_id) WHERE closed IS NOT NULL GROUP BY shop_id;
