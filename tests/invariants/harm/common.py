"""Harm to what every app stands on."""

HARM: list[tuple[str, str]] = [
    (
        "events_get_through",
        "UPDATE common_outboxevent SET relayed_at = NULL, published_at = now() - interval '6 minutes'",
    ),
    (
        "events_get_through",
        "UPDATE common_eventdelivery SET status = 'waiting', due_at = now() - interval '16 minutes'",
    ),
    ("events_carry_no_phone_number", """UPDATE common_outboxevent SET payload = '{"phone": "13800000001"}'"""),
    ("events_carry_no_phone_number", """UPDATE common_alert SET detail = '{"of": 13800000001}'"""),
    ("events_carry_no_phone_number", """UPDATE common_auditentry SET detail = '{"to": "+86 13800000001"}'"""),
    ("requests_are_answered", "UPDATE common_idempotencykey SET answer_status = NULL"),
    ("requests_are_answered", "UPDATE common_idempotencykey SET answer_status = 503"),
    ("requests_are_forgotten", "UPDATE common_idempotencykey SET created_at = now() - interval '10 days'"),
]
