"""Campaigns: planned, previewed, submitted, watched, cancelled."""
