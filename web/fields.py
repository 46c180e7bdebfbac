"""Fields that forms of every face share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common.money import NotAnAmount, parse_yuan


def typed_yuan(amount_fen: int | None) -> str:
    """2990 → 29.90, as it stands in an input; nothing for None."""
    return "" if amount_fen is None else f"{amount_fen // 100}.{amount_fen % 100:02d}"


class YuanField(forms.CharField):
    """An amount typed in yuan, cleaned to fen; None when it may be empty and is."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "class": "input input--num", "autocomplete": "off"}
        super().__init__(max_length=16, widget=forms.TextInput(attrs=attrs), empty_value="", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return typed_yuan(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except NotAnAmount as refusal:
            raise ValidationError(str(refusal)) from refusal
