"""What risk refuses."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict


class NothingToHold(Conflict):
    """None of the case's orders is in a state in which its money can be kept."""

    code = "nothing_to_hold"
    message = _("这个案件里没有可以冻结结算的订单：只有付了款、没完成的订单可以")


class NothingHeld(Conflict):
    """The case holds no order."""

    code = "nothing_held"
    message = _("这个案件没有冻结任何订单")
