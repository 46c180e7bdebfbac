"""H7: tags, and on how many people they are."""

from django.db.models import Count, QuerySet

from accounts.models import Merchant, User
from community.models import Tag


def tags_of(merchant: Merchant | None) -> QuerySet[Tag]:
    """A merchant's tags, or the platform's own, by name, each with its number of `wearers`."""
    return Tag.objects.filter(merchant=merchant).annotate(wearers=Count("people")).order_by("name")


def platform_tags_on(user: User) -> list[str]:
    """The words the platform's operators put on somebody."""
    return list(user.tags.filter(tag__merchant=None).order_by("tag__name").values_list("tag__name", flat=True))
