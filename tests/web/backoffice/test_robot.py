"""H10: a shop connects its chat group, tries it, and lets it go; the address is never shown again."""

import pytest

from accounts.services.shop_robots import owner_of as robot_owner
from notifications.models import Robot, TextMessage
from tests.factories.accounts import make_merchant, owner_of
from tests.factories.notifications import ROBOT_URL
from tests.web.backoffice.desks import Desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    merchant = make_merchant("果园直发")
    return Desk(owner_of(merchant), merchant)


def test_mary_connects_tries_and_disconnects_the_group(desk):
    assert "接上机器人" in desk.read("settings/")
    desk.post("settings/robot/", url=ROBOT_URL, kinds=["merchant_order_paid", "stock_low"])
    robot = Robot.objects.get(owner=robot_owner(desk.merchant))
    assert (robot.url, robot.kinds) == (ROBOT_URL, ["merchant_order_paid", "stock_low"])
    page = desk.read("settings/robot/")
    assert "已接上" in page
    assert ROBOT_URL not in page
    desk.post("settings/robot/try/")
    assert "群机器人接好了" in TextMessage.objects.get(channel="wecom").text
    desk.post("settings/robot/", url="", kinds=["stock_low"])
    robot.refresh_from_db()
    assert (robot.url, robot.kinds) == (ROBOT_URL, ["stock_low"])
    desk.post("settings/robot/remove/")
    assert not Robot.objects.exists()


def test_an_address_that_is_not_the_official_one_is_said_at_its_field(desk):
    answer = desk.post("settings/robot/", url="http://10.0.0.1/key", kinds=[])
    assert "粘贴企业微信群机器人的完整地址" in words(answer)
    assert not Robot.objects.exists()
