"""The operators' back office: the admin site itself, what waits, and the front page."""
