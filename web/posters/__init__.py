"""Share posters: a picture for phones, a print for notice boards."""
