"""What people call themselves, and the languages they read."""

import unicodedata

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField

LONGEST_NAME = 20


def clean_name(text: str, *, field: str = "name", longest: int = LONGEST_NAME, required: bool = False) -> str:
    """A name on one line, without control characters. Raises InvalidField of the given field."""
    printable = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text)
    name = " ".join(printable.split())
    if len(name) > longest:
        raise InvalidField(field, _("最多 %(longest)s 个字") % {"longest": longest})
    if required and not name:
        raise InvalidField(field, _("这里要填写"))
    return name


def check_language(code: str) -> str:
    """The code of a language this house speaks. Raises InvalidField."""
    if code not in dict(settings.LANGUAGES):
        raise InvalidField("language", _("没有这种语言"))
    return code
