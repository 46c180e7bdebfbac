"""What people write to each other, made fit to be kept."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField

EMPTY_LINES = re.compile(r"\n\s*\n\s*\n+")
# Signs that turn the direction of the text around them; those that join an emoji stay.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cleaned(text: str, *, field: str = "text", longest: int, required: bool = True) -> str:
    """The text trimmed, without control signs and with at most one empty line in a row. Raises InvalidField."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    printable = "".join(sign for sign in lines if sign == "\n" or _is_printable(sign))
    kept = EMPTY_LINES.sub("\n\n", printable).strip()
    if required and not kept:
        raise InvalidField(field, _("写几个字再发布"))
    if len(kept) > longest:
        raise InvalidField(field, _("最多 %(longest)s 个字") % {"longest": longest})
    return kept


def on_one_line(text: str, *, field: str = "text", longest: int) -> str:
    """The same, on one line. Raises InvalidField."""
    return cleaned(" ".join(text.split()), field=field, longest=longest)


def _is_printable(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs") and sign not in TURNING
