"""K2: text messages by Tencent Cloud; the fake checks the signature and every field."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.services.codes import send_code
from common.outgoing import HttpInsideTransaction
from notifications.channels.sms import SmsChannel
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown
from notifications.sms import SmsUnavailable
from notifications.sms.tencent import TencentSmsProvider
from notifications.wording import Wording
from tests.fixtures.channels import NOWHERE, TENCENT, Company, is_signed_by_tencent
from tests.fixtures.local_server import Told

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
PATH = "notifications.sms.tencent.TencentSmsProvider"
OK = {"Response": {"SendStatusSet": [{"SerialNo": "5000:1", "Fee": 1, "Code": "Ok"}], "RequestId": "r"}}
READY = Wording("到货了，等你来取", "自提点：东门", "order_ready", "/orders/G1/", ("到货了，等你来取",))


def refused(code):
    return {"Response": {"SendStatusSet": [{"Fee": 0, "Code": code}], "RequestId": "r"}}


def send(settings):
    settings.SMS_PROVIDER = PATH
    SmsChannel().send(address="13812345678", wording=READY, now=NOW)


def test_a_notice_is_an_approved_template_filled_with_its_title(tencent: Company, settings):
    tencent.will_say(OK)
    send(settings)
    (asked,) = tencent.asked
    assert tencent.read() == {
        "PhoneNumberSet": ["+8613812345678"],
        "SmsSdkAppId": "1400006666",
        "SignName": "果园社区团购",
        "TemplateId": "2220",
        "TemplateParamSet": ["到货了，等你来取"],
    }
    named = ("X-TC-Action", "X-TC-Version", "X-TC-Region", "X-TC-Timestamp", "Content-Type")
    assert [asked.headers[name] for name in named] == [
        "SendSms",
        "2021-01-11",
        "ap-guangzhou",
        str(int(NOW.timestamp())),
        "application/json; charset=utf-8",
    ]
    assert (asked.method, asked.target) == ("POST", "/")
    assert is_signed_by_tencent(asked, secret_key=TENCENT.secret_key)
    assert not is_signed_by_tencent(asked, secret_key="another")


@pytest.mark.django_db(transaction=True)
def test_a_code_goes_into_the_template_for_codes(tencent: Company, settings):
    settings.SMS_PROVIDER = PATH
    tencent.will_say(OK, refused("FailedOperation.TemplateIncorrectOrUnapproved"))
    send_code(phone="13812345678", purpose="sign_in", ip="203.0.113.1", now=NOW)
    sent = tencent.read()
    assert sent["TemplateId"] == "1110"
    code, minutes = sent["TemplateParamSet"]
    assert (len(code), minutes) == (6, "5")
    with pytest.raises(SmsUnavailable):
        send_code(phone="13912345678", purpose="sign_in", ip="203.0.113.1", now=NOW)


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        (refused("LimitExceeded.PhoneNumberDailyLimit"), ChannelUnavailable, "LimitExceeded.PhoneNumberDailyLimit"),
        (refused("InternalError.OtherError"), ChannelUnavailable, "InternalError.OtherError"),
        (refused("InvalidParameterValue.IncorrectPhoneNumber"), ChannelRefused, "InvalidParameterValue"),
        ({"Response": {"Error": {"Code": "AuthFailure.SecretIdNotFound"}}}, ChannelUnavailable, "AuthFailure"),
        ({"Response": {"Error": {"Code": "UnsupportedOperation"}}}, ChannelRefused, "UnsupportedOperation"),
        ({"Response": {"SendStatusSet": []}}, OutcomeUnknown, "unreadable"),
        (Told(200, b"not json"), OutcomeUnknown, "unreadable"),
        (Told(200, b"[]"), OutcomeUnknown, "unreadable"),
        (Told(502), OutcomeUnknown, "http_502"),
        (Told(429), ChannelUnavailable, "http_429"),
        (Told(301, headers={"Location": NOWHERE}), ChannelRefused, "http_301"),
    ],
)
def test_each_answer_says_whether_to_try_again(tencent: Company, settings, answer, failure, reason):
    tencent.will_say(answer)
    with pytest.raises(failure) as caught:
        send(settings)
    assert caught.value.reason.startswith(reason)
    assert len(tencent.asked) == 1


@pytest.mark.django_db
def test_nobody_there_surely_took_nothing_and_a_template_we_have_not_is_refused(settings):
    settings.ALLOW_HTTP_IN_TRANSACTION = True
    settings.TENCENT_SMS = TENCENT.__class__("a", "b", "c", "d", {"*": "1"}, url=NOWHERE)
    with pytest.raises(ChannelUnavailable):
        send(settings)
    settings.TENCENT_SMS = TENCENT.__class__("a", "b", "c", "d", {}, url=NOWHERE)
    with pytest.raises(ChannelRefused) as caught:
        send(settings)
    assert caught.value.reason == "no_template"


@pytest.mark.django_db(transaction=True)
def test_no_company_is_called_inside_a_transaction(tencent: Company, settings):
    settings.ALLOW_HTTP_IN_TRANSACTION = False
    with transaction.atomic(), pytest.raises(HttpInsideTransaction):
        TencentSmsProvider().send(phone="13812345678", text="", now=NOW, kind="x", parameters=())
    assert tencent.asked == []
