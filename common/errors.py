"""Anticipated failures. Each has a code for programs, a sentence for people, and changes nothing."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A clear no. Subclasses name the failure; `params` fill the sentence and go out with it as data."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    message: ClassVar[str | Promise] = _("这样不行")

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params and "%(" in text else text


class Invalid(Refusal):
    """What was sent makes no sense, whoever sends it."""

    code = "invalid"
    status = 400
    message = _("填写的内容有误")


class InvalidField(Invalid):
    """One named field is wrong; `field` says which, `reason` says the fix."""

    code = "invalid_field"
    message = _("%(reason)s")

    def __init__(self, field: str, reason: str | Promise, **params: Any) -> None:
        super().__init__(field=field, reason=reason, **params)


class Denied(Refusal):
    """This person may not do this."""

    code = "denied"
    status = 403
    message = _("你没有权限这样做")


class NotFound(Refusal):
    """It is not there, or not for this person: strangers cannot tell which."""

    code = "not_found"
    status = 404
    message = _("没有找到")


class Conflict(Refusal):
    """It was possible before, or would be another time; the state of things says no now."""

    code = "conflict"
    status = 409
    message = _("状态已经变了，刷新看看")


class TooMany(Refusal):
    """Too often in too short a time."""

    code = "too_many"
    status = 429
    message = _("操作太频繁，过一会儿再试")


class Unavailable(Refusal):
    """Somebody we depend on does not answer; trying again is right."""

    code = "unavailable"
    status = 503
    message = _("暂时连不上，请稍后再试")
