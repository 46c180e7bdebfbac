"""Money on pages goes through these filters, always."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.money import format_rate, format_yuan

register = template.Library()


@register.filter
def yuan(amount_fen: int) -> str:
    """174290 → ¥1,742.90"""
    return format_yuan(amount_fen)


@register.filter
def minus(amount_fen: int) -> str:
    """What is taken off: 174290 → −¥1,742.90, and nothing stays nothing."""
    return format_yuan(-amount_fen)


@register.filter
def per_cent(rate_bp: int) -> str:
    """250 → 2.5%"""
    return format_rate(rate_bp)


@register.filter
def price(amount_fen: int) -> SafeString:
    """A price in three spans, so that the sign and the fen can be set smaller than the yuan."""
    whole, _dot, fen = format_yuan(amount_fen).partition(".")
    sign, _yen, digits = whole.partition("¥")
    return format_html(
        '<span class="price"><span class="price__sign">{}¥</span>{}<span class="price__fen">.{}</span></span>',
        sign,
        digits,
        fen,
    )
