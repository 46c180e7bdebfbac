"""Operators: the books."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from common.operators import OperatorAdmin, ShownInline
from payments.models import LedgerAccount, LedgerEntry, LedgerTransaction


@admin.register(LedgerAccount)
class LedgerAccountAdmin(OperatorAdmin):
    list_display = ("kind", "gateway", "merchant", "user")
    list_filter = ("kind", "gateway")
    list_select_related = ("merchant", "user")
    search_fields = ("merchant__name",)


class EntryInline(ShownInline):
    model = LedgerEntry
    fields = ("account", "side", "amount_fen")
    readonly_fields = fields
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account__merchant", "account__user")


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(OperatorAdmin):
    list_display = ("key", "subject_number", "merchant", "payment", "refund", "booked_at")
    list_select_related = ("merchant", "payment", "refund")
    search_fields = ("key", "payment__number", "subject_number")
    inlines = (EntryInline,)
