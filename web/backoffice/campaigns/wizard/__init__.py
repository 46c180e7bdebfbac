"""C1: a campaign written in five steps, each a page of its own; what is typed is kept at every one of them."""
