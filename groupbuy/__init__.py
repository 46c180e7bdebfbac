"""Wiring: settings, URLs, Celery, WSGI and the embedded servers. No rule, no view, no model."""
