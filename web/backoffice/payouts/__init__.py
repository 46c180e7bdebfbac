"""The shop's money taken out, and where it goes."""
