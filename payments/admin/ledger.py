"""Operators: the books."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.money import format_yuan
from common.operators import OperatorAdmin, PhoneSearch, ShownInline
from payments.models import LedgerAccount, LedgerEntry, LedgerTransaction
from payments.selectors.ledger import with_standing


@admin.register(LedgerAccount)
class LedgerAccountAdmin(PhoneSearch, OperatorAdmin):
    """What stands on each account: balances of people, what merchants and leaders have earned, what is held."""

    phone_hash_path = "user__phone_hash"
    list_display = ("kind", "gateway", "merchant", "user", "standing")
    list_filter = ("kind", "gateway")
    list_select_related = ("merchant", "user")
    search_fields = ("merchant__name", "=user__code", "=user__phone_tail")
    search_help_text = _("商家名称、用户编号、手机号或尾号 4 位")
    fields = (("kind", "gateway"), ("merchant", "user"), "standing")
    readonly_fields = ("standing",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerAccount]:
        return with_standing(super().get_queryset(request))

    @display(description=_("余额"))
    def standing(self, account: Any) -> str:
        return format_yuan(account.standing_fen)


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
