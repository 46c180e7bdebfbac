"""H7: who buys here, and what they are to this shop."""
