"""What the first page of a shop says: what waits, how it goes, what runs."""
