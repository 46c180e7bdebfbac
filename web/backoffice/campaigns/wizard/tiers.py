"""Thresholds and prices belong together: one without the other is said at the empty cell."""

from django.utils.translation import gettext as _

from web.backoffice.campaigns.wizard.forms import TIERS
from web.backoffice.campaigns.wizard.sheets import Sheet, values_of
from web.forms import Form


def match_tiers(ladder: Sheet) -> bool:
    """Whether every tier has all of its prices and every price its tier."""
    for row in ladder.rows:
        for tier in TIERS:
            _match(ladder.form, row, tier)
    return not ladder.is_wrong


def _match(form: Form, row: Form, tier: int) -> None:
    threshold_name, price_name = f"threshold{tier}", f"price{tier}"
    has_threshold = values_of(form).get(threshold_name) is not None
    has_price = values_of(row).get(price_name) is not None
    if has_threshold and not has_price and price_name not in row.errors:
        row.add_error(price_name, _("每档都要写一个价"))
    if has_price and not has_threshold and threshold_name not in form.errors:
        form.add_error(threshold_name, _("写满多少才是这个价"))
