"""Operators: the category tree, which is theirs to arrange, and a look at goods and stock."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from catalog.models import Allotment, Category, Product, ProductImage, Sku, Stock, StockMovement
from common import audit
from common.operators import Exported, OperatorAdmin, ShownInline

PRODUCT_LABELS = {"draft": "info", "on_shelf": "success", "sold_out": "warning", "off_shelf": "danger"}


@admin.register(Category)
class CategoryAdmin(Exported, ModelAdmin):
    """The one thing operators write themselves; each change leaves its audit row."""

    list_display = ("name", "parent", "position")
    list_select_related = ("parent",)
    search_fields = ("name",)
    fields = ("parent", "name", "position")
    autocomplete_fields = ("parent",)
    ordering = ("position", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "category.change" if change else "category.add"
        audit.record(actor_id=request.user.pk, action=action, subject=f"category:{obj.pk}", fields=form.changed_data)


class SkuInline(ShownInline):
    model = Sku
    fields = ("code", "specification", "price_fen", "cost_fen", "retired_at")
    readonly_fields = fields
    ordering = ("position", "pk")


class ImageInline(ShownInline):
    model = ProductImage
    fields = ("position", "small")
    readonly_fields = fields
    ordering = ("position", "pk")


@admin.register(Product)
class ProductAdmin(OperatorAdmin):
    list_display = ("name", "merchant", "category", "shown_status", "created_at")
    list_filter = ("status",)
    list_select_related = ("merchant", "category")
    search_fields = ("name", "code", "merchant__name")
    exclude = ("options",)
    inlines = (SkuInline, ImageInline)

    @display(description=_("状态"), label=PRODUCT_LABELS, ordering="status")
    def shown_status(self, product: Product) -> tuple[str, str]:
        return product.status, product.get_status_display()


@admin.register(Stock)
class StockAdmin(OperatorAdmin):
    list_display = ("sku", "available", "allotted", "sold", "alert_threshold", "low_since")
    list_filter = (("low_since", admin.EmptyFieldListFilter),)
    list_select_related = ("sku__product",)
    search_fields = ("sku__code", "sku__product__name")


@admin.register(StockMovement)
class StockMovementAdmin(OperatorAdmin):
    list_display = ("at", "sku", "kind", "quantity", "document", "reason")
    list_filter = ("kind",)
    list_select_related = ("sku__product",)
    search_fields = ("document", "sku__code")


@admin.register(Allotment)
class AllotmentAdmin(OperatorAdmin):
    list_display = ("purpose", "sku", "quantity", "reserved", "sold", "is_open", "returned_at")
    list_filter = ("is_open",)
    list_select_related = ("sku__product",)
    search_fields = ("purpose", "sku__code")
