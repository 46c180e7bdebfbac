"""What is said when a campaign is shared: on the poster, in a chat group, in the preview of a link."""

import datetime as dt
from html import unescape

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.selectors.cards import CampaignCard
from campaigns.states import CampaignStatus
from common.money import format_yuan
from community.models import ShareLink
from marketing.selectors.rewards import Promise
from web.posters.drawing import Poster
from web.templatetags.words import day


def link_address(request: HttpRequest, card: CampaignCard, link: ShareLink | None) -> str:
    """The address that is shared: a person's own, or that of the campaign."""
    if link is None:
        return request.build_absolute_uri(reverse("storefront:campaign", args=[card.code]))
    return request.build_absolute_uri(reverse("storefront:shared", args=[link.code]))


def gap_sentence(card: CampaignCard) -> str:
    """The sentence of the card in plain text: 还差 8 件降到 ¥26.90."""
    shown = render_to_string("components/_camp_says.html", {"card": card})
    return " ".join(unescape(strip_tags(shown)).split())


def deadline_sentence(card: CampaignCard) -> str:
    """When it opens or closes, by date: what is printed is read on other days."""
    if card.status == CampaignStatus.SCHEDULED:
        return _("%(at)s 开团") % {"at": _instant(card.opens_at)}
    return _("%(at)s 截止") % {"at": _instant(card.closes_at)}


def copy_text(card: CampaignCard, address: str) -> str:
    """Lines for a chat group: title, prices, how far it is, until when, the link."""
    said = {
        "card": card,
        "says": gap_sentence(card),
        "deadline": deadline_sentence(card),
        "address": address,
        "is_running": is_running(card),
    }
    return render_to_string("storefront/sharing/text.txt", said).strip()


def poster_of(card: CampaignCard, *, sharer: User | None, address: str) -> Poster:
    """The poster of a campaign in the language of the page, from a neighbour or from nobody in particular."""
    name = sharer.shown_name if sharer else ""
    return Poster(
        sender=_("%(name)s 邀请你一起拼") % {"name": name} if name else _("和邻居一起拼"),
        initial=name[:1] or _("拼"),
        joined=_joined(card),
        title=card.title,
        price=format_yuan(card.ladder.current_price_fen),
        was=format_yuan(card.regular_price_fen) if card.regular_price_fen > card.ladder.current_price_fen else "",
        says=gap_sentence(card),
        deadline=deadline_sentence(card),
        promise=_("没成团全额退款") if is_running(card) else "",
        scan=_("扫一扫参团") if is_running(card) else _("扫一扫看结果"),
        link=address,
        language=get_language() or "zh-hans",
    )


def own_address(request: HttpRequest, link: ShareLink) -> str:
    """The address of a personal link."""
    return request.build_absolute_uri(reverse("storefront:shared", args=[link.code]))


def invitation_of(promise: Promise, sharer: User, address: str) -> Poster:
    """The poster that invites a neighbour to come at all, with what they get for coming."""
    name = sharer.shown_name
    return Poster(
        sender=_("%(name)s 邀请你一起拼") % {"name": name},
        initial=name[:1] or _("拼"),
        joined=_("新邻居得"),
        title=_("和邻居一起买，人多就降价"),
        price=format_yuan(promise.worth_fen),
        was="",
        says=promise.invitee,
        deadline=_("%(at)s 前注册有效") % {"at": day(promise.programme.ends_at)},
        promise=_("没成团全额退款"),
        scan=_("扫一扫加入"),
        link=address,
        language=get_language() or "zh-hans",
    )


def is_running(card: CampaignCard) -> bool:
    """Whether neighbours can still join, or will be able to."""
    return card.status in (CampaignStatus.SCHEDULED, CampaignStatus.OPEN)


def _joined(card: CampaignCard) -> str:
    if not card.participants:
        return card.merchant_name
    return _("%(people)s 户邻居已参团") % {"people": card.participants}


def _instant(at: dt.datetime) -> str:
    return f"{day(at)} {timezone.localtime(at):%H:%M}"
