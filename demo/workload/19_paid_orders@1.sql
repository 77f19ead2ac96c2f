SELECT count(note) FROM shop.orders WHERE paid;
