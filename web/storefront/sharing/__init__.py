"""C3: links, posters and who came through them."""
