"""The merchant's side: everything here is reached through the merchant somebody works for."""
