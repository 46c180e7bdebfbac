"""Operators: how each kind of message is told, that somebody was told, and whether it arrived."""

from notifications.admin import dispatches, kinds, messages

__all__ = ["dispatches", "kinds", "messages"]
