"""Numbers as attributes of a drawing."""

from django import template

register = template.Library()


@register.filter
def plain(number: float) -> str:
    """A length without the decimal comma of any language: 12.5"""
    return f"{number:g}"
