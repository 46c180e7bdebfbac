"""Telling people: inbox, message templates, text messages. It delivers to whom it is handed and knows nobody else."""
