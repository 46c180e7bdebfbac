"""H10: a merchant's group hears what happens in the shop: once each, and without anybody's personal data."""

import pytest

from accounts.services.shop_robots import owner_of as robot_owner
from campaigns.services.settling import settle
from common import events
from common.models import AuditEntry
from notifications.channels.sandbox import hash_address
from notifications.errors import BadRobot, NoRobot, TooManyTests
from notifications.models import Dispatch, Robot
from notifications.selectors.sms import last_kept
from notifications.services.robots import connect_robot, disconnect_robot, try_robot
from notifications.services.sending import send_due
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, make_open
from tests.factories.notifications import ROBOT_URL, make_robot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


def texts():
    return [kept.text for kept in reversed(last_kept([hash_address("wecom", ROBOT_URL)]))]


@pytest.fixture
def orchard():
    merchant = make_merchant("果园直发")
    make_robot(robot_owner(merchant), actor_id=owner_of(merchant).pk)
    return merchant


def test_the_group_hears_of_orders_and_how_a_campaign_ended(orchard):
    campaign = make_open(orchard, now=NOON, title="葡萄")
    order = join_and_pay(make_user("13812345678", name="王小明"), campaign, now=NOON)
    fill(make_open(make_merchant("鱼铺"), now=NOON), 1, now=NOON)
    over = campaign.closes_at
    settle(campaign_id=campaign.pk, now=over)
    for _again in range(2):
        events.drain(now=over)
    assert set(Dispatch.objects.filter(channel="wecom").values_list("kind", flat=True)) == {
        "merchant_order_paid",
        "merchant_campaign_decided",
    }
    send_due(now=over)
    paid, decided = sorted(texts(), key=lambda text: "新订单" not in text)
    assert paid.startswith("新订单，已付 ¥29.90")
    assert order.number in paid
    assert "葡萄" in decided
    for secret in ("13812345678", "王小明"):
        assert secret not in paid + decided


def test_it_hears_only_what_it_was_asked_to_post_and_nothing_once_it_is_gone(orchard):
    owner = robot_owner(orchard)
    connect_robot(owner=owner, url="", kinds=["stock_low"], actor_id=owner_of(orchard).pk, now=NOON)
    assert Robot.objects.get().url == ROBOT_URL
    join_and_pay(make_user(), make_open(orchard, now=NOON), now=NOON)
    events.drain(now=NOON)
    assert not Dispatch.objects.filter(channel="wecom").exists()
    disconnect_robot(owner=owner, actor_id=owner_of(orchard).pk)
    assert not Robot.objects.exists()
    actions = AuditEntry.objects.filter(subject=owner, action__startswith="robot").values_list("action", flat=True)
    assert sorted(actions) == ["robot.connect", "robot.connect", "robot.disconnect"]


def test_a_test_line_arrives_at_once_and_ten_times_an_hour_at_most(orchard):
    for _time in range(10):
        try_robot(owner=robot_owner(orchard), now=NOON)
    assert len(texts()) == 10
    with pytest.raises(TooManyTests):
        try_robot(owner=robot_owner(orchard), now=NOON)
    with pytest.raises(NoRobot):
        try_robot(owner="merchant:NOBODY", now=NOON)


def test_an_address_that_is_not_the_official_one_is_refused(orchard):
    with pytest.raises(BadRobot):
        connect_robot(owner="merchant:B", url="http://127.0.0.1/", kinds=[], actor_id=1, now=NOON)
    with pytest.raises(BadRobot):
        connect_robot(owner="merchant:B", url="", kinds=[], actor_id=1, now=NOON)
