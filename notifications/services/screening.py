"""Whether what was claimed may still go out, and to which address: asked at the last moment, a few queries a batch."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings

from common import budgets
from notifications.contributions import addresses
from notifications.models import Dispatch, Preference
from notifications.selectors.preferences import mornings
from notifications.services.claiming import finish, give_back
from notifications.states import ChannelName, DispatchState, Reason

DAY = dt.timedelta(days=1)
Addressed = tuple[Dispatch, str]


def screen(claimed: Sequence[Dispatch], *, now: dt.datetime) -> list[Addressed]:
    """Those that go out now, each with its address. The others are suppressed with a reason, or wait for the morning
    of whom they are for."""
    people = {dispatch.recipient_id for dispatch in claimed if dispatch.recipient_id}
    off, awake = _switched_off(people), mornings(people, now) if people else {}
    found = _addresses(claimed)
    going = []
    for dispatch in claimed:
        address = found.get(dispatch.pk, "")
        morning = awake.get(dispatch.recipient_id or 0, now)
        if reason := _reason_not_to(dispatch, address, off, now):
            finish(dispatch, DispatchState.SUPPRESSED, now=now, error=reason)
        elif morning > now and not dispatch.urgent:
            give_back([dispatch], until=morning)
        elif reason := _over_budget(dispatch, now):
            finish(dispatch, DispatchState.SUPPRESSED, now=now, error=reason)
        else:
            going.append((dispatch, address))
    return going


def _reason_not_to(dispatch: Dispatch, address: str, off: set[tuple[int, str, str]], now: dt.datetime) -> str:
    if now >= dispatch.expires_at:
        return Reason.TOO_LATE
    if (dispatch.recipient_id, dispatch.topic, dispatch.channel) in off:
        return Reason.SWITCHED_OFF
    return "" if address else Reason.NO_ADDRESS


def _switched_off(people: set[int]) -> set[tuple[int, str, str]]:
    said = Preference.objects.filter(user_id__in=people, wanted=False) if people else Preference.objects.none()
    return set(said.values_list("user_id", "topic", "channel"))


def _addresses(claimed: Sequence[Dispatch]) -> dict[int, str]:
    """By dispatch; one look into the books for each channel."""
    by_channel: dict[str, list[Dispatch]] = defaultdict(list)
    for dispatch in claimed:
        by_channel[dispatch.channel].append(dispatch)
    found = {dispatch.pk: dispatch.robot.url for dispatch in claimed if dispatch.robot}
    for channel, dispatches in by_channel.items():
        ids = {dispatch.recipient_id for dispatch in dispatches if dispatch.recipient_id}
        book = addresses(ids, ChannelName(channel)) if ids else {}
        found |= {each.pk: book[each.recipient_id] for each in dispatches if each.recipient_id in book}
    return found


def _over_budget(dispatch: Dispatch, now: dt.datetime) -> str:
    """Text messages cost money: each person gets so many a day, the house sends so many a day. A repeat was counted."""
    if dispatch.channel != ChannelName.SMS or dispatch.attempts > 1:
        return ""
    person = str(dispatch.recipient_id)
    if not budgets.take("sms-notices", person, limit=settings.SMS_NOTICES_PER_PERSON, window=DAY, now=now):
        return Reason.LIMIT
    if not budgets.take("sms-notices", "all", limit=settings.SMS_NOTICES_PER_DAY, window=DAY, now=now):
        return Reason.BUDGET
    return ""
