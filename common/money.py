"""Money is an integer number of fen. Yuan exist at the edge only: a form field, a template filter, an export."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from common.errors import Invalid

BASIS_POINTS = 10_000
YUAN_PATTERN = re.compile(r"^(\d{1,8}|\d{1,3}(,\d{3}){1,2})(\.\d{1,2})?$", re.ASCII)


class NotAnAmount(Invalid):
    code = "not_an_amount"
    message = _("金额要写成数字，最多两位小数，比如 29.90")


def share(amount_fen: int, rate_bp: int) -> int:
    """`rate_bp` basis points of an amount, rounded half up. The only rounding there is."""
    return (amount_fen * rate_bp * 2 + BASIS_POINTS) // (BASIS_POINTS * 2)


def split(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Parts of a total ≥ 0 in proportion to the weights, by largest remainder; the parts add up to the total.

    Ties go to the earlier part. All weights zero means equal weights.
    """
    if not weights:
        return []
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total_fen * weight // whole for weight in weights]
    remainders = [total_fen * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: total_fen - sum(parts)]:
        parts[index] += 1
    return parts


def parse_yuan(text: str) -> int:
    """Fen of an amount typed in yuan, e.g. "29.9" → 2990. Raises NotAnAmount."""
    cleaned = text.strip().removeprefix("¥").removeprefix("￥").strip()
    if not YUAN_PATTERN.match(cleaned):
        raise NotAnAmount
    yuan, _separator, cents = cleaned.replace(",", "").partition(".")
    return int(yuan) * 100 + int(cents.ljust(2, "0") or 0)


def format_yuan(amount_fen: int) -> str:
    """An amount as people read it, e.g. 174290 → "¥1,742.90"; a deduction carries a true minus sign."""
    sign = "−" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}¥{yuan:,}.{fen:02d}"


def format_rate(rate_bp: int) -> str:
    """A rate as people read it, e.g. 250 → "2.5%"."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"
