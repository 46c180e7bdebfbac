"""WeChat subscription messages (订阅通知): each is an approved template, filled with what a message says."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from notifications.accounts import WechatApp
from notifications.channels.http import as_json, post_json
from notifications.channels.wechat_token import access_token
from notifications.errors import ChannelRefused, ChannelUnavailable
from notifications.links import absolute
from notifications.wording import Wording

OLD_TOKEN = (40001, 40014, 42001)
SYSTEM_BUSY, MINUTE_FULL, DAY_FULL, NOT_OUR_ADDRESS = -1, 45011, 45009, 40164
# So long we let it rest.
REST = {SYSTEM_BUSY: 30, MINUTE_FULL: 60, DAY_FULL: 3600, NOT_OUR_ADDRESS: 600}
# A field named thing takes 20 characters, WeChat refuses the 21st.
THING, LONGEST_THING = "thing", 20
LONGEST_VALUE = 32
ANY_KIND = "*"


class WechatChannel:
    """To an openid of our app; somebody who has not subscribed is told nothing (43101)."""

    repeats_unknown = False

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        app: WechatApp | None = settings.WECHAT_APP
        if app is None:
            raise ChannelUnavailable("no_account")
        content = _content(app, address, wording, now)
        code = _post(app, content, access_token(app))
        if code in OLD_TOKEN:
            code = _post(app, content, access_token(app, renew=True))
        if code in OLD_TOKEN:
            raise ChannelUnavailable(f"wechat_{code}")
        if code in REST:
            raise ChannelUnavailable(f"wechat_{code}", seconds=REST[code])
        if code:
            raise ChannelRefused(f"wechat_{code}")


def _post(app: WechatApp, content: dict[str, Any], token: str) -> int:
    """What it says to it: 0 is yes."""
    url = f"{app.api_url}/cgi-bin/message/subscribe/{app.call}"
    answer = post_json(url, as_json(content), query={"access_token": token})
    return int(answer.get("errcode", 0))


def _content(app: WechatApp, openid: str, wording: Wording, now: dt.datetime) -> dict[str, Any]:
    template = app.templates.get(wording.kind) or app.templates.get(ANY_KIND)
    if not template:
        raise ChannelRefused("no_template")
    at = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    said = {"title": wording.title, "body": " ".join(wording.body.split()) or wording.title, "at": at}
    data = {
        template[part]: {"value": _fitting(template[part], text)} for part, text in said.items() if part in template
    }
    page = absolute(wording.url) if app.call == "bizsend" else wording.url
    return {"touser": openid, "template_id": template["id"], "page": page, "data": data}


def _fitting(name: str, text: str) -> str:
    most = LONGEST_THING if name.startswith(THING) else LONGEST_VALUE
    return text if len(text) <= most else text[: most - 1] + "…"
