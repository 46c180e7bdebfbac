"""Numbers: facts folded from events, dashboards, exports."""
