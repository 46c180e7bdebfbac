"""My money taken out, and where it goes."""
