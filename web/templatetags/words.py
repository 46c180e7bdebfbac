"""How things are said on pages: times, units, masked names, codes, icons."""

import datetime as dt
import re

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.masking import mask_name

register = template.Library()

NO_BREAK = "\u00a0"
NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=\S)")
EVENING = 18


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite; decoration only, the words stand beside it."""
    variant = f" icon--{size}" if size else ""
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="#i-{}"/></svg>', variant, name)


@register.filter
def units(text: str) -> str:
    """Keep a number and its unit on one line: 5 斤, 30 枚."""
    return NUMBER_AND_UNIT.sub(NO_BREAK, str(text))


@register.filter
def masked(name: str) -> str:
    """王小明 → 王**"""
    return mask_name(name)


@register.filter
def initial(name: str) -> str:
    """What stands on somebody's face."""
    return name[:1] or "·"


@register.filter
def distance(metres: int) -> str:
    """How far it is: 320 米, 1.2 公里; tens of metres, as nobody paces them out."""
    if metres < 1000:
        return _("%(metres)s 米") % {"metres": max(round(metres, -1), 10)}
    digits = 1 if metres < 10_000 else 0
    return _("%(kilometres)s 公里") % {"kilometres": f"{metres / 1000:.{digits}f}"}


@register.filter
def spelt(code: str) -> str:
    """Digits one by one, for a screen reader."""
    return " ".join(code)


@register.filter
def halves(code: str) -> list[str]:
    """48210937 → 4821 and 0937, as people read it out."""
    return [code[: len(code) // 2], code[len(code) // 2 :]]


@register.filter
def when(at: dt.datetime | None, now: dt.datetime) -> str:
    """An instant as neighbours say it: 今晚 22:00, 明天 10:00, 11 月 24 日 16:20."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days == 0:
        return (_("今晚 %(clock)s") if local.hour >= EVENING else _("今天 %(clock)s")) % {"clock": clock}
    if days == 1:
        return (_("明晚 %(clock)s") if local.hour >= EVENING else _("明天 %(clock)s")) % {"clock": clock}
    if days == -1:
        return _("昨天 %(clock)s") % {"clock": clock}
    return f"{day(at)} {clock}"


@register.filter
def day(at: dt.datetime | None) -> str:
    """11 月 24 日, or 24 Nov."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    if (get_language() or "").startswith("zh"):
        return f"{local.month} 月 {local.day} 日"
    return date_format(local, "j M")


@register.filter
def day_of(at: dt.datetime, now: dt.datetime) -> str:
    """The day something happened: 今天, 昨天, 11 月 20 日."""
    days = (timezone.localtime(now).date() - timezone.localtime(at).date()).days
    return {0: _("今天"), 1: _("昨天")}.get(days) or day(at)


@register.filter
def left(deadline: dt.datetime | None, now: dt.datetime) -> str:
    """How long it is until a deadline: 1 天 3 小时, or 3:12:45."""
    seconds = max(0, int((deadline - now).total_seconds())) if deadline else 0
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    if days:
        return _("%(days)s 天 %(hours)s 小时") % {"days": days, "hours": hours}
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"


@register.filter
def urgency(deadline: dt.datetime | None, now: dt.datetime) -> str:
    """Amber in the last hour, grey once it is over, nothing before."""
    if deadline is None or now >= deadline:
        return "over"
    return "soon" if deadline - now < dt.timedelta(hours=1) else ""


@register.filter
def lazy_pictures(html: str) -> str:
    """The pictures of a cleaned text wait until somebody scrolls near them."""
    return html.replace("<img ", '<img loading="lazy" decoding="async" ')
