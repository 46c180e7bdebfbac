"""图文详情: what of a merchant's HTML is kept. Nothing that runs, frames, links away or loads from elsewhere."""

import re

import nh3
from django.conf import settings

TEXT_TAGS = frozenset({"p", "br", "hr", "h2", "h3", "h4", "strong", "b", "em", "i", "u", "s", "blockquote"})
LIST_TAGS = frozenset({"ul", "ol", "li"})
PICTURE_TAGS = frozenset({"figure", "figcaption", "img"})
TABLE_TAGS = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
TAGS = TEXT_TAGS | LIST_TAGS | PICTURE_TAGS | TABLE_TAGS
ATTRIBUTES = {"img": {"src", "alt"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
WITH_CONTENT_REMOVED = {"script", "style", "iframe", "object", "svg", "math", "template", "textarea", "title"}
OWN_PICTURE = re.compile(r"products/[0-9a-f]{32}-\d{3,4}\.webp")
WITHOUT_SOURCE = re.compile(r"<img(?![^>]* src=)[^>]*>")


def sanitise(html: str) -> str:
    """The allowed part of some HTML; pictures stay only where they are product pictures of our own media."""
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=WITH_CONTENT_REMOVED,
        attributes=ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return WITHOUT_SOURCE.sub("", cleaned).strip()


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) != ("img", "src"):
        return value
    path = value.removeprefix(settings.MEDIA_URL)
    return value if path != value and OWN_PICTURE.fullmatch(path) else None
