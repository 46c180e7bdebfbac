"""How a channel says no, and what people are told about their settings."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Invalid, NotFound, TooMany, Unavailable


class ChannelFailure(Unavailable):
    """Something did not go out. `reason` is a short code for the log, without personal data."""

    code = "channel_failure"
    message = _("暂时发不出去，请稍后再试")

    def __init__(self, reason: str = "", **params: Any) -> None:
        super().__init__(**params)
        self.reason = reason[:60]


class ChannelUnavailable(ChannelFailure):
    """It was surely not taken, and may be later: after so many seconds, where the other side said when."""

    code = "channel_unavailable"

    def __init__(self, reason: str = "", *, seconds: int = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class OutcomeUnknown(ChannelFailure):
    """It was handed over and no answer came: perhaps it was taken."""

    code = "outcome_unknown"


class ChannelRefused(ChannelFailure):
    """It will never be taken as it is: the address, the text or our account is wrong."""

    code = "channel_refused"
    message = _("对方拒收：%(reason)s")

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.params = {"reason": self.reason}


class NotYourChoice(Conflict):
    """Money and security stay in the inbox."""

    code = "not_your_choice"
    message = _("资金和安全消息一定会留在站内消息里，不能关")


class NotSentAgain(Conflict):
    """Only what surely did not go out is sent again."""

    code = "not_sent_again"
    message = _("只有确定没发出去的才能再发一次")


class BadRobot(Invalid):
    """Only the official address of a group robot is ever called."""

    code = "bad_robot"
    message = _("粘贴企业微信群机器人的完整地址，开头是 %(prefix)s")


class NoRobot(NotFound):
    code = "no_robot"
    message = _("还没有接群机器人")


class TooManyTests(TooMany):
    code = "too_many_tests"
    message = _("试得太多了，一小时后再来")
