"""What neighbours say of what they bought, what others ask, and writing both."""
