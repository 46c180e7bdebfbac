"""Form fields of the back office: money in yuan, instants as people of Shanghai type them."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.money import BASIS_POINTS, share
from web.fields import YuanField

TENTHS = re.compile(r"(\d)(?:\.(\d))?\s*折", re.ASCII)
PERCENT_OFF = re.compile(r"[-−](\d{1,2})\s*%", re.ASCII)


class PercentField(YuanField):
    """A rate typed in per cent with at most two decimals, cleaned to basis points: 5.5 → 550."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            raise ValidationError(_("写成数字，最多两位小数，比如 5 或 2.5")) from error


class TierPriceField(YuanField):
    """A price in yuan, or off the list price: 「9 折」 and 「-10%」 are nine tenths of it. Cleaned to fen."""

    def __init__(self, *, list_price_fen: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.list_price_fen = list_price_fen

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if tenths := TENTHS.fullmatch(text):
            return share(self.list_price_fen, int(tenths[1]) * 1_000 + int(tenths[2] or 0) * 100)
        if percent := PERCENT_OFF.fullmatch(text):
            return share(self.list_price_fen, BASIS_POINTS - int(percent[1]) * 100)
        return super().clean(value)


class CountField(forms.IntegerField):
    """A whole number of pieces, people, minutes."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "class": "input input--num", "autocomplete": "off"}
        bounds: dict[str, Any] = {"min_value": 0, "max_value": 1_000_000}
        super().__init__(widget=forms.TextInput(attrs=attrs), **bounds | kwargs)


class MomentField(forms.DateTimeField):
    """A date and a time by the minute, in the zone of the platform."""

    def __init__(self, **kwargs: Any) -> None:
        shown = "%Y-%m-%dT%H:%M"
        widget = forms.DateTimeInput(format=shown, attrs={"type": "datetime-local", "class": "input"})
        super().__init__(widget=widget, input_formats=[shown, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)
