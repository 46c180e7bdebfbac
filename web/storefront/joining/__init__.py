"""From the quote to the order."""
