"""Running the platform on one computer: its own PostgreSQL and Valkey, every process, the browser of the tests.

Nothing here imports Django's settings: this package decides what they will read.
"""
