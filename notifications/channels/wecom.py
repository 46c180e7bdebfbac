"""The robot of a chat group at WeCom: an address with a key in it, to which one posts."""

import datetime as dt
import re

from django.conf import settings

from notifications.channels.http import as_json, post_json
from notifications.errors import BadRobot, ChannelRefused, ChannelUnavailable
from notifications.links import absolute
from notifications.wording import Wording

KEY = re.compile(r"[0-9A-Za-z_-]{16,64}", re.ASCII)
# Twenty messages a minute for each robot.
TOO_FAST, PAUSE_SECONDS = 45009, 60
SYSTEM_BUSY = -1
MOST_BYTES = 2000


def check_robot_url(url: str) -> str:
    """Only the official address, with nothing but a key behind it: nobody makes us call a server of theirs. Raises
    BadRobot."""
    prefix, found = settings.WECOM_ROBOT_PREFIX, url.strip()
    if not found.startswith(prefix) or not KEY.fullmatch(found.removeprefix(prefix)):
        raise BadRobot(field="url", prefix=prefix)
    return found


class WecomChannel:
    """Posts a text; the address is checked again, whatever was kept."""

    repeats_unknown = False

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        try:
            url = check_robot_url(address)
        except BadRobot:
            raise ChannelRefused("bad_robot") from None
        answer = post_json(url, as_json({"msgtype": "text", "text": {"content": text_of(wording)}}))
        code = int(answer.get("errcode", 0))
        if code in (TOO_FAST, SYSTEM_BUSY):
            raise ChannelUnavailable(f"wecom_{code}", seconds=PAUSE_SECONDS)
        if code:
            raise ChannelRefused(f"wecom_{code}")


def text_of(wording: Wording) -> str:
    """Title, body and where it leads; WeCom takes 2,048 bytes of it."""
    parts = [wording.title, wording.body, absolute(wording.url)]
    text = "\n".join(part for part in parts if part)
    return text.encode()[:MOST_BYTES].decode(errors="ignore")
