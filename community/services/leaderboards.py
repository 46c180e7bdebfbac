"""H6: nobody stands on a leaderboard who does not want to."""

import datetime as dt

from accounts.models import User
from community.models import LeaderboardOptOut


def set_hidden(*, user: User, hidden: bool, now: dt.datetime) -> None:
    """Leave the leaderboards of all months, or come back to them. Said twice it is as once."""
    if hidden:
        LeaderboardOptOut.objects.get_or_create(user=user, defaults={"made_at": now})
    else:
        LeaderboardOptOut.objects.filter(user=user).delete()
