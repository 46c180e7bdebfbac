"""Who: users, sign-in, merchants and their staff, addresses."""
