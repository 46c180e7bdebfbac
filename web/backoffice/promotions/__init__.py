"""G2: 满减, 满赠 and 满送 of a shop."""
