"""What higher apps fill in: where people can be reached. Read when something leaves, and kept nowhere here."""

from collections.abc import Collection, Mapping
from typing import Protocol

from common.registry import Registry
from notifications.states import ChannelName


class AddressBook(Protocol):
    """Phone numbers, mail addresses and openids of people by their ids; only proven ones, of people who may sign in."""

    def reachable(self, user_ids: Collection[int]) -> set[tuple[int, str]]:
        """(id, channel) for whoever can be reached by a channel outside the house; one query."""

    def addresses(self, user_ids: Collection[int], channel: ChannelName) -> Mapping[int, str]:
        """The address of each of these people by one channel; who has none is left out."""


address_books: Registry[AddressBook] = Registry("address book")


def reachable(user_ids: Collection[int]) -> set[tuple[int, str]]:
    """What all books say together."""
    return {pair for book in address_books for pair in book.reachable(user_ids)}


def addresses(user_ids: Collection[int], channel: ChannelName) -> dict[int, str]:
    """The same for addresses; a later book is asked for what the earlier ones have not."""
    found: dict[int, str] = {}
    for book in address_books:
        found = {**book.addresses(user_ids, channel), **found}
    return found
