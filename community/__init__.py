"""Neighbours: communities and what their members do together."""
