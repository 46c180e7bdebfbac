"""Pick-up points and staff."""
