"""What the shop has earned: held, settled, taken back."""
