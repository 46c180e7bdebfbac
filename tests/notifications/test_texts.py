"""K2: templates per event and language, editable by operators; what cannot be rendered cannot be saved."""

import logging
from typing import Any

import pytest

from common.errors import InvalidField
from common.models import AuditEntry
from notifications.editing import check_text, preview
from notifications.models import Message, MessageKind
from notifications.selectors.kinds import policy_of
from notifications.services.texts import change_kind, list_kinds, reset_kind
from notifications.sources import names_in, plain_text_of
from notifications.topics import kinds
from tests.factories.accounts import make_operator, make_user
from tests.factories.notifications import NOON, tell_payee


@pytest.fixture
def anna(db):
    return make_operator("operations").pk


def change(anna, **changed):
    said: dict[str, Any] = {"kind": "payee_added", "topic": "money", "channels": ["inbox", "sms"], "urgent": True}
    said["texts"] = {}
    return change_kind(**said | changed, actor_id=anna, now=NOON)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", kinds())
def test_the_text_of_the_house_is_a_text_an_operator_might_have_written(kind, language):
    """Every kind there is, and every one that comes with nothing but its file, can be shown and edited."""
    text = plain_text_of(kind, language)
    assert "translate" not in text
    assert check_text(kind, language, text) == preview(kind, language)
    assert preview(kind, language).title


def test_a_text_says_what_it_speaks_of():
    text = plain_text_of("order_paid", "zh-hans")
    assert text.splitlines()[0] == "已收到你的 {{ order.payable_fen|yuan }}"
    assert names_in(text) == {
        "order.payable_fen",
        "lines",
        "lines[].product_name",
        "lines[].specification",
        "lines[].quantity",
    }
    wording = preview("order_paid", "zh-hans")
    assert wording.title == "已收到你的 ¥29.90"
    assert wording.body.splitlines()[0] == "阳光玫瑰葡萄 2 斤装 × 3"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("新账户 {{ payee.number }}", "没有这个变量：payee.number"),
        ("新账户 {{ user.password }}", "没有这个变量：user.password"),
        ("新账户 {{ payee|safe }}", "不能用过滤器 safe"),
        ("{% include 'storefront/base.html' %}", "不能用标签 include"),
        ("{% load static %}新账户", "不能用标签 load"),
        ("{% if payee %}新账户", "模板写错了"),
        ("{% for payee %}新账户{% endfor %}", "模板写错了"),
        ("新账户 {{ payee", ""),
        ("\n\n", "标题"),
        ("账" * 120, "标题太长"),
        ("新账户\n" + "账" * 1001, "正文太长"),
        ("账" * 4001, "最多 4000 个字"),
    ],
)
def test_what_cannot_be_told_cannot_be_saved(anna, text, said):
    if not said:
        assert check_text("payee_added", "zh-hans", text).title == "新账户 {{ payee"
        return
    with pytest.raises(InvalidField) as refusal:
        check_text("payee_added", "zh-hans", text)
    assert said in str(refusal.value)
    if text.strip():
        with pytest.raises(InvalidField) as refusal:
            change(anna, texts={"zh-hans": text})
        assert refusal.value.params["field"] == "text_zh_hans"
    assert not MessageKind.objects.exists()


def test_people_read_what_the_operator_wrote_each_in_their_language(anna):
    change(anna, texts={"zh-hans": "小心：新账户 {{ payee }}\n不是你就联系我们", "en": ""})
    alice, eve = make_user(name="Alice"), make_user(name="Eve", language="en")
    tell_payee(alice, eve)
    assert Message.objects.get(recipient=alice).title == "小心：新账户 建设银行 8888"
    assert Message.objects.get(recipient=alice).body == "不是你就联系我们"
    assert Message.objects.get(recipient=eve).title != "小心：新账户 建设银行 8888"


def test_a_text_of_the_house_is_not_kept_as_somebodys_own(anna):
    said = change(anna, texts={"zh-hans": plain_text_of("payee_added", "zh-hans")})
    assert said.texts == {}


def test_an_operators_text_that_breaks_keeps_nobody_from_hearing(anna, caplog):
    MessageKind.objects.create(kind="payee_added", texts={"zh-hans": "{% if %}"})
    alice = make_user()
    with caplog.at_level(logging.ERROR):
        tell_payee(alice)
    assert Message.objects.get(recipient=alice).title == "添加了收款账户 建设银行 8888"
    assert "could not be rendered" in caplog.text


def test_channels_and_night_are_what_operators_said_until_they_reset_them(anna):
    change(anna, channels=["email"], urgent=False, texts={"zh-hans": "新账户"})
    policy = policy_of("payee_added")
    assert (policy.channels, policy.urgent) == (("inbox", "email"), False)
    reset_kind(kind="payee_added", actor_id=anna)
    policy = policy_of("payee_added")
    assert (policy.channels, policy.urgent, policy.texts) == (("inbox", "sms", "email", "wechat"), True, {})
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"message_kind.change", "message_kind.reset"}


def test_what_is_about_money_stays_about_money(anna):
    change(anna, topic="marketing")
    assert policy_of("payee_added").topic == "money"


def test_operators_see_every_kind_there_is(anna):
    MessageKind.objects.create(kind="gone_long_ago")
    list_kinds()
    list_kinds()
    assert sorted(MessageKind.objects.values_list("kind", flat=True)) == kinds()
