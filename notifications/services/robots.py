"""A merchant's robot in a chat group: told what happens in the shop, once each, without anybody's personal data."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common import audit, budgets
from notifications.channels import channel_named
from notifications.channels.wecom import check_robot_url
from notifications.errors import NoRobot, TooManyTests
from notifications.models import Robot
from notifications.selectors.kinds import policy_of
from notifications.services.queueing import queue_for_robot
from notifications.states import ChannelName
from notifications.topics import OF_ROBOTS
from notifications.wording import Wording, worded

TESTS_PER_HOUR = 10


@transaction.atomic
def connect_robot(*, owner: str, url: str, kinds: Collection[str], actor_id: int, now: dt.datetime) -> Robot:
    """Post to this address from now on, these kinds; an empty address keeps the one there is. Raises BadRobot."""
    known = Robot.objects.filter(owner=owner).first()
    address = check_robot_url(url) if url.strip() or known is None else known.url
    told = [kind for kind in OF_ROBOTS if kind in kinds]
    robot, _made = Robot.objects.update_or_create(
        owner=owner, defaults={"url": address, "kinds": told, "changed_at": now}
    )
    audit.record(actor_id=actor_id, action="robot.connect", subject=owner, kinds=told)
    return robot


@transaction.atomic
def disconnect_robot(*, owner: str, actor_id: int) -> None:
    """Post nothing there any more; what waits is dropped, and the address forgotten."""
    deleted, _rows = Robot.objects.filter(owner=owner).delete()
    if deleted:
        audit.record(actor_id=actor_id, action="robot.disconnect", subject=owner)


def try_robot(*, owner: str, now: dt.datetime) -> None:
    """Post one line at once, to see whether it arrives. Raises NoRobot, TooManyTests, ChannelFailure."""
    robot = Robot.objects.filter(owner=owner).first()
    if robot is None:
        raise NoRobot
    if not budgets.take("robot-test", owner, limit=TESTS_PER_HOUR, window=dt.timedelta(hours=1), now=now):
        raise TooManyTests
    wording = Wording(title=_("groupbuy 群机器人接好了"), body=_("店里的动静会发到这个群。"))
    channel_named(ChannelName.WECOM).send(address=robot.url, wording=wording, now=now)


def post(*, owner: str, kind: str, about: str, context: Mapping[str, Any], url: str, now: dt.datetime) -> None:
    """Tell the group, if there is a robot that wants the kind: once for each (robot, kind, about). It is written down
    in the caller's transaction and sent by the sweep."""
    robot = Robot.objects.filter(owner=owner, kinds__contains=[kind]).first()
    if robot is None:
        return
    policy = policy_of(kind)
    language = settings.LANGUAGE_CODE
    wording = worded(kind, language=language, context=context, text=policy.texts.get(language, ""), url=url)
    queue_for_robot(policy, robot, wording, about=about, now=now)


def listening(owners: Collection[str], *, kind: str) -> set[str]:
    """Those of these owners that have a robot which wants the kind; one query."""
    robots = Robot.objects.filter(owner__in=owners, kinds__contains=[kind])
    return set(robots.values_list("owner", flat=True))
