"""What must always be true of what people are told."""

from common.invariants import declare

declare(
    "dispatch_once",
    "One message leaves at most once for each event, person and channel, and once for each group (K2, H10).",
    """
    SELECT recipient_id, robot_id, kind, about, channel FROM notifications_dispatch
    GROUP BY recipient_id, robot_id, kind, about, channel HAVING count(*) > 1
    """,
)
declare(
    "dispatch_gets_through",
    "Nothing is in a worker's hand long after its lease, and nothing that is due waits for half an hour (I27).",
    """
    SELECT id FROM notifications_dispatch WHERE state = 'sending' AND lease_until < now() - interval '5 minutes'
    UNION ALL
    SELECT id FROM notifications_dispatch
    WHERE state = 'queued' AND greatest(due_at, written_at) < now() - interval '30 minutes'
    """,
    settled=True,
)
declare(
    "dispatch_keeps_preferences",
    "Nothing was sent by a channel that its reader had switched off for the topic by then (K2).",
    """
    SELECT dispatch.id FROM notifications_dispatch dispatch
    JOIN notifications_preference said ON said.user_id = dispatch.recipient_id
        AND said.topic = dispatch.topic AND said.channel = dispatch.channel
    WHERE dispatch.state = 'sent' AND NOT said.wanted AND dispatch.done_at > said.changed_at + interval '5 minutes'
    """,
)
declare(
    "money_stays_in_the_inbox",
    "Nobody has switched off messages about money and security in the inbox (K2).",
    "SELECT id FROM notifications_preference WHERE topic = 'money' AND channel = 'inbox' AND NOT wanted",
)
declare(
    "dispatch_forgets_words",
    "What was sent, or is not sent at all, has no words left; what waits has them encrypted, as robots are (I30).",
    """
    SELECT 'dispatch', id FROM notifications_dispatch WHERE state IN ('sent', 'suppressed') AND words <> ''
    UNION ALL
    SELECT 'dispatch', id FROM notifications_dispatch
    WHERE state IN ('queued', 'sending') AND words !~ '^[^:]+:[A-Za-z0-9+/=]{38,}$'
    UNION ALL
    SELECT 'robot', id FROM notifications_robot WHERE url !~ '^[^:]+:[A-Za-z0-9+/=]{38,}$'
    """,
)
declare(
    "dispatch_log_is_anonymous",
    "The log of what was sent holds neither a phone number nor a mail address (I30).",
    r"""
    SELECT id FROM notifications_dispatch WHERE about || ' ' || error ~ '((^|\D)1[3-9]\d{9}(\D|$))|@'
    """,
)
