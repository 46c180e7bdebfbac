"""What the platform's watch has found in the town, and what the operator made of it."""

import datetime as dt

from accounts.models import User
from risk.models import RiskCase
from risk.selectors.cases import undecided
from risk.selectors.detectors import setting_of
from risk.services.configuring import configure
from risk.services.deciding import confirm, dismiss, take
from risk.services.sightings import sight
from risk.services.sweeping import sweep
from risk.states import Action
from web.demo.timeline import Story
from web.demo.town import Town

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
DEVICE = "shared_device"
# So many neighbours at one device are one more than a family is.
CROWD = 7
# How long ago each crowd was seen, and what was said of it: so, not so, or nothing yet.
CROWDS = (
    (60, "一台手机批量注册，客服已联系", True),
    (30, "自提点的平板，团长帮邻居登录的", False),
    (4, "", False),
    (1, "", False),
)


class Suspicions:
    """Crowds at devices, found by the sweep and decided by the operator."""

    def __init__(self, town: Town) -> None:
        self.operator: User = town.people["operator"]
        self.neighbours = town.neighbours

    def tell(self, story: Story, *, begun: dt.datetime) -> None:
        """Orders of those who share a device go on unseen here: the sweep looks at devices as a whole."""
        story.at(begun, self._only_sweep)
        for place, (days, note, is_so) in enumerate(CROWDS):
            seen_at = story.now - days * DAY
            if seen_at <= begun:
                continue
            story.at(seen_at, lambda now, place=place: self._crowd(place, now))  # type: ignore[misc]
            story.at(seen_at + HOUR, lambda now: sweep(now=now))
            if note:
                story.at(seen_at + 5 * HOUR, lambda now, said=note, so=is_so: self._decide(said, so, now))  # type: ignore[misc]
        story.at(story.now - 3 * DAY, self._take)

    def _only_sweep(self, now: dt.datetime) -> None:
        numbers = setting_of(DEVICE).parameters
        configure(key=DEVICE, is_on=True, action=Action.ALLOW, parameters=numbers, actor_id=self.operator.pk, now=now)

    def _crowd(self, place: int, now: dt.datetime) -> None:
        for person in self.neighbours[place * CROWD : (place + 1) * CROWD]:
            sight(user_id=person.pk, device=f"demo-device-{place}", ip="203.0.113.7", now=now)

    def _decide(self, note: str, is_so: bool, now: dt.datetime) -> None:
        for case in self._waiting():
            (confirm if is_so else dismiss)(case=case, actor_id=self.operator.pk, note=note, now=now)

    def _take(self, now: dt.datetime) -> None:
        for case in self._waiting():
            take(case=case, actor_id=self.operator.pk, now=now)

    def _waiting(self) -> list[RiskCase]:
        return list(undecided().filter(detector=DEVICE).order_by("pk"))
