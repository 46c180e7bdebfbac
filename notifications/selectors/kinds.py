"""How a kind is told: what operators said, otherwise what the house has."""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.models import MessageKind
from notifications.states import ChannelName
from notifications.topics import Channels, Topic, channels_of, is_fixed, is_urgent, kinds, topic_of


@dataclass(frozen=True)
class Policy:
    """The topic of a kind, the channels it is told by, whether it waits for the morning, and operators' texts."""

    kind: str
    topic: Topic
    channels: Channels
    urgent: bool
    texts: Mapping[str, str]


def policy_of(kind: str) -> Policy:
    """One query."""
    return policy_in(MessageKind.objects.filter(kind=kind).first() or MessageKind(kind=kind))


def policy_in(said: MessageKind) -> Policy:
    """What one row says, with the house's word for what it leaves open. Money always stands in the inbox."""
    topic = Topic(said.topic) if said.topic else topic_of(said.kind)
    chosen = channels_of(said.kind, topic) if said.channels is None else tuple(map(ChannelName, said.channels))
    if is_fixed(topic, ChannelName.INBOX) and ChannelName.INBOX not in chosen:
        chosen = (ChannelName.INBOX, *chosen)
    urgent = is_urgent(said.kind) if said.urgent is None else said.urgent
    return Policy(said.kind, topic, chosen, urgent, said.texts)


def offered() -> set[tuple[Topic, ChannelName]]:
    """(topic, channel) for what any kind of the topic is told by: anything else there is nothing to choose about. One
    query."""
    said = {row.kind: row for row in MessageKind.objects.all()}
    policies = [policy_in(said.get(kind) or MessageKind(kind=kind)) for kind in kinds()]
    return {(policy.topic, channel) for policy in policies for channel in policy.channels}
