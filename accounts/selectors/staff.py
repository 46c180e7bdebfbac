"""Who works where. Only a merchant in business has a back office."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Merchant, StaffMember, User
from accounts.states import IN_BUSINESS, StaffRole
from notifications.services.inbox import Recipient


def merchants_of(user: User) -> QuerySet[Merchant]:
    """The merchants whose back office this person may enter, by name."""
    return Merchant.objects.of(user).in_business().order_by("name", "id")


def application_of(user: User) -> Merchant | None:
    """The merchant this person owns or has applied for, whatever became of it."""
    return Merchant.objects.filter(staff__user=user, staff__role=StaffRole.OWNER).first()


def role_in(user: User, merchant: Merchant) -> StaffRole | None:
    """As what this person works in the merchant's back office; None for strangers and while it is closed."""
    working = StaffMember.objects.filter(user_id=user.pk, merchant=merchant, merchant__status__in=IN_BUSINESS)
    role = working.values_list("role", flat=True).first()
    return StaffRole(role) if role else None


def staff_of(merchant: Merchant) -> QuerySet[StaffMember]:
    """The merchant's people with their users, longest-serving first."""
    return merchant.staff.select_related("user").order_by("id")


def works_for(user_id: int, merchant_id: int) -> bool:
    """Whether somebody is staff of a merchant, in any role."""
    return StaffMember.objects.filter(user_id=user_id, merchant_id=merchant_id).exists()


def recipient(user: User) -> Recipient:
    """How to tell this person something."""
    return Recipient(id=user.pk, language=user.language)


def recipients(user_ids: Iterable[int]) -> list[Recipient]:
    """How to tell these people something; whoever may not sign in any more is left out."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True).order_by("id")
    return [Recipient(id=pk, language=language) for pk, language in people.values_list("id", "language")]


def staff_recipients(merchant_id: int, roles: Iterable[str] | None = None) -> list[Recipient]:
    """The merchant's people, in these roles or in all."""
    staff = StaffMember.objects.filter(merchant_id=merchant_id, user__is_active=True).order_by("id")
    if roles is not None:
        staff = staff.filter(role__in=list(roles))
    return [Recipient(id=pk, language=language) for pk, language in staff.values_list("user_id", "user__language")]
