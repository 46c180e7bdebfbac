"""Where somebody goes on from an empty hall: to the nearest thing that really is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.selectors.hall import public
from web.storefront.browsing.wanted import EVERYWHERE, Wanted


@dataclass(frozen=True)
class WayOn:
    """One sentence, one link."""

    text: str
    url: str
    action: str


def way_on(wanted: Wanted, filters: dict[str, Any]) -> WayOn:
    """The same in the whole city, then everything open, then what opens soon; at last, opening a shop oneself."""
    for narrowed, url, action in _wider(wanted, filters):
        count = public(**narrowed).count()
        if count:
            text = _("换个词试试，拼音和首字母也行") if wanted.search and not narrowed["search"] else ""
            return WayOn(text, reverse("storefront:hall") + url, action % {"count": count})
    return WayOn(_("有好货想带给邻居？开一家店，开第一个团"), reverse("storefront:apply"), _("我要开店"))


def _wider(wanted: Wanted, filters: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    city = filters | {"point_ids": None}
    everything = {"shown": "open", "search": "", "category_ids": [], "point_ids": filters["point_ids"]}
    if wanted.community is not None:
        yield city, wanted.everywhere_url, _("看全城的 %(count)s 个")
    yield everything, wanted.url(q="", category="", shown="open"), _("看正在拼的 %(count)s 个")
    if wanted.community is not None:
        in_city = wanted.url(q="", category="", shown="open", community=EVERYWHERE)
        yield everything | {"point_ids": None}, in_city, _("看全城正在拼的 %(count)s 个")
    soon = wanted.url(q="", category="", shown="soon", community=EVERYWHERE)
    yield everything | {"point_ids": None, "shown": "soon"}, soon, _("看即将开团的 %(count)s 个")
