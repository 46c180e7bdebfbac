"""What a card says about the promotions of its campaign."""

from collections.abc import Mapping, Sequence

from django import template

register = template.Library()


@register.filter
def of_campaign(promotions: Mapping[str, Sequence[str]], code: str) -> Sequence[str]:
    """The words of one campaign; none where the page knows of none."""
    return promotions.get(code, ()) if promotions else ()
