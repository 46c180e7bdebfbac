"""Instants as sentences of refusals and messages name them."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


def spoken(at: dt.datetime) -> str:
    """11 月 24 日 16:20, or 24 Nov 16:20; the house's own time."""
    local = timezone.localtime(at)
    if (get_language() or "").startswith("zh"):
        return f"{local.month} 月 {local.day} 日 {local:%H:%M}"
    return date_format(local, "j M H:i")
