"""Text messages by Tencent Cloud: approved templates under an approved signature, by SendSms of 2021-01-11."""

import datetime as dt
from typing import Any

from django.conf import settings

from notifications.accounts import TencentSms
from notifications.channels.http import as_json, post_json
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown
from notifications.sms.tc3 import signed_headers

SERVICE, ACTION, VERSION = "sms", "SendSms", "2021-01-11"
ANY_KIND = "*"
# The beginnings of codes that say: not now. What says nothing of the sort is final.
LATER = ("AuthFailure", "InternalError", "RequestLimitExceeded", "FailedOperation.InsufficientBalance")
FULL = "LimitExceeded"
HOUR = 3600
LONGEST_PARAMETER = 60


class TencentSmsProvider:
    """One message a call, so that each has its own answer."""

    def send(
        self, *, phone: str, text: str, now: dt.datetime, kind: str = "", parameters: tuple[str, ...] = ()
    ) -> None:
        account = _account()
        template = account.templates.get(kind) or account.templates.get(ANY_KIND)
        if not template:
            raise ChannelRefused("no_template")
        body = as_json(
            {
                "PhoneNumberSet": [f"+86{phone}"],
                "SmsSdkAppId": account.app_id,
                "SignName": account.sign,
                "TemplateId": template,
                "TemplateParamSet": [parameter[:LONGEST_PARAMETER] for parameter in parameters],
            }
        )
        _check(post_json(account.url, body, headers=_headers(account, body, now)))


def _account() -> TencentSms:
    """The settings' own. Raises ChannelUnavailable where the provider was chosen and the account forgotten."""
    account: TencentSms | None = settings.TENCENT_SMS
    if account is None:
        raise ChannelUnavailable("no_account")
    return account


def _headers(account: TencentSms, body: bytes, now: dt.datetime) -> dict[str, str]:
    signed = signed_headers(
        url=account.url,
        service=SERVICE,
        secret_id=account.secret_id,
        secret_key=account.secret_key,
        body=body,
        at=now,
    )
    return signed | {"X-TC-Action": ACTION, "X-TC-Version": VERSION, "X-TC-Region": account.region}


def _check(answer: dict[str, Any]) -> None:
    """Taken, or why not; the whole call may be refused, or its one message."""
    try:
        response = answer["Response"]
        code = response["Error"]["Code"] if "Error" in response else response["SendStatusSet"][0]["Code"]
    except (KeyError, IndexError, TypeError):
        raise OutcomeUnknown("unreadable") from None
    if code == "Ok":
        return
    if code.startswith(LATER):
        raise ChannelUnavailable(code, seconds=60)
    if code.startswith(FULL):
        raise ChannelUnavailable(code, seconds=HOUR)
    raise ChannelRefused(code)
