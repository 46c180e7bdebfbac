"""Harm to what people are told."""

COLUMNS = (
    "channel, recipient_id, robot_id, kind, topic, about, urgent, words, state, attempts, error, created_at, due_at,"
    " expires_at, done_at"
)
HARM: list[tuple[str, str]] = [
    (
        "dispatch_once",
        f"INSERT INTO notifications_dispatch ({COLUMNS}) SELECT {COLUMNS} FROM notifications_dispatch LIMIT 1",
    ),
    (
        "dispatch_gets_through",
        "UPDATE notifications_dispatch SET state = 'sending', lease_until = now() - interval '1 hour'",
    ),
    (
        "dispatch_gets_through",
        "UPDATE notifications_dispatch SET due_at = now() - interval '1 hour', written_at = now() - interval '1 hour'"
        " WHERE state = 'queued'",
    ),
    (
        "dispatch_keeps_preferences",
        "UPDATE notifications_dispatch dispatch SET channel = 'sms', done_at = said.changed_at + interval '1 hour'"
        " FROM notifications_preference said WHERE said.user_id = dispatch.recipient_id AND NOT said.wanted",
    ),
    (
        "money_stays_in_the_inbox",
        "UPDATE notifications_preference SET topic = 'money', channel = 'inbox', wanted = false",
    ),
    ("dispatch_forgets_words", "UPDATE notifications_dispatch SET words = 'sent' WHERE state = 'sent'"),
    ("dispatch_forgets_words", "UPDATE notifications_dispatch SET words = '新账户' WHERE state = 'queued'"),
    ("dispatch_forgets_words", "UPDATE notifications_robot SET url = 'https://qyapi.weixin.qq.com/'"),
    ("dispatch_log_is_anonymous", "UPDATE notifications_dispatch SET about = 'phone:13812345678'"),
    ("dispatch_log_is_anonymous", "UPDATE notifications_dispatch SET error = 'alice@example.com'"),
]
