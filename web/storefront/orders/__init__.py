"""My orders, what became of them, and paying them."""
