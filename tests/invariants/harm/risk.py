"""Harm to cases, and to people of whom more is kept than was promised."""

HARM: list[tuple[str, str]] = [
    ("dismissed_cases_hold_nothing", "UPDATE risk_riskcase SET status = 'dismissed'"),
    ("dismissed_cases_hold_nothing", "DELETE FROM risk_riskcase"),
    (
        "flagged_orders_have_cases",
        "UPDATE common_outboxevent SET published_at = now() - interval '1 day' WHERE name = 'orders.PlacingFlagged'; "
        "UPDATE risk_evidence SET about = 'order:G0'",
    ),
    (
        "flagged_orders_have_cases",
        "UPDATE common_outboxevent SET published_at = now() - interval '1 day' WHERE name = 'orders.PlacingFlagged'; "
        "UPDATE risk_riskcase SET detector = 'another'",
    ),
    ("cases_have_evidence", "DELETE FROM risk_evidence"),
    ("evidence_carries_no_phone_number", 'UPDATE risk_evidence SET figures = \'{"phone": "13812345678"}\''),
    ("sightings_are_forgotten", "UPDATE risk_sighting SET last_seen = now() - interval '93 days'"),
    ("sightings_are_forgotten", "UPDATE risk_addresssighting SET last_seen = now() - interval '93 days'"),
]
