SELECT id, customer_id, total FROM shop.orders ORDER BY created_at DESC, id DESC LIMIT 50;
