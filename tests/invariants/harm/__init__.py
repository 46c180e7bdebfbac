"""What somebody breaks behind the services' back, in SQL, and which statement must see it. A file for each app."""
