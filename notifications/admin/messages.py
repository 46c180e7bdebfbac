"""Operators: that somebody was told, not what they were told."""

from django.contrib import admin

from common.operators import OperatorAdmin
from notifications.models import Message


@admin.register(Message)
class MessageAdmin(OperatorAdmin):
    list_display = ("sent_at", "recipient", "kind", "about", "read_at")
    list_filter = ("kind",)
    list_select_related = ("recipient",)
    search_fields = ("about",)
    fields = ("recipient", "kind", "about", "url", "sent_at", "read_at")
