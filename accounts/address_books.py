"""Where people can be reached: the phone they signed up with, and what they proved beside it."""

from collections.abc import Collection, Mapping

from accounts.models import Contact, User
from notifications.contributions import address_books
from notifications.states import ChannelName

KEPT_BESIDE = (ChannelName.EMAIL, ChannelName.WECHAT)


class People:
    """Everybody has a phone; mail and WeChat count once they are proven."""

    def reachable(self, user_ids: Collection[int]) -> set[tuple[int, str]]:
        proven = Contact.objects.filter(user_id__in=user_ids, verified_at__isnull=False)
        return {(pk, ChannelName.SMS) for pk in user_ids} | set(proven.values_list("user_id", "kind"))

    def addresses(self, user_ids: Collection[int], channel: ChannelName) -> Mapping[int, str]:
        people = User.objects.filter(pk__in=user_ids, is_active=True)
        if channel == ChannelName.SMS:
            return dict(people.values_list("pk", "phone"))
        if channel not in KEPT_BESIDE:
            return {}
        proven = Contact.objects.filter(user__in=people, kind=channel, verified_at__isnull=False)
        return dict(proven.values_list("user_id", "address"))


address_books.register("people", People())
