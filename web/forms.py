"""What forms of both faces share: refusals become sentences at the field they are about."""

from typing import Any

from django import forms

from common.errors import Refusal


class Form(forms.Form):
    """A form of ours: inputs carry the design's classes, nothing is shown as a paragraph by itself."""

    required_css_class = "is-required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.HiddenInput | forms.CheckboxInput | forms.RadioSelect):
                field.widget.attrs.setdefault("class", _class_of(field.widget))

    def refuse(self, refusal: Refusal) -> None:
        """Say a refusal of a service at its field, or above the form when it is about none."""
        field = refusal.params.get("field")
        self.add_error(field if field in self.fields else None, str(refusal))


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.Select):
        return "select"
    return "textarea" if isinstance(widget, forms.Textarea) else "input"
