"""J2: every list of the back office as a file, in the same words and with the same filters as on its page."""
