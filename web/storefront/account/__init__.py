"""Signing in, who I am, where I live, becoming a merchant."""
