"""One module per place the platform runs in: development, test, production; `base` is what they share."""
