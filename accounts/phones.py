"""Phone numbers as people type them."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField

MOBILE = re.compile(r"^1[3-9]\d{9}$", re.ASCII)
PREFIXES = ("+86", "0086")


def normalise(text: str, *, field: str = "phone") -> str:
    """Eleven digits of a mainland mobile number typed with spaces, hyphens, full-width digits or +86.

    Raises InvalidField of the given field.
    """
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    for prefix in PREFIXES:
        digits = digits.removeprefix(prefix)
    if len(digits) == 13:
        digits = digits.removeprefix("86")
    if not MOBILE.match(digits):
        raise InvalidField(field, _("手机号是 1 开头的 11 位数字，核对一下"))
    return digits
