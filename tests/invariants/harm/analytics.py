"""Harm to numbers."""

HARM: list[tuple[str, str]] = [
    ("facts_of_a_closed_day_equal_the_tables", "UPDATE analytics_merchantday SET paid_fen = paid_fen + 1"),
    ("facts_of_a_closed_day_equal_the_tables", "UPDATE analytics_merchantday SET orders = orders + 1"),
    ("facts_of_a_closed_day_equal_the_tables", "UPDATE analytics_merchantday SET refunded_fen = refunded_fen + 1"),
    ("facts_of_a_closed_day_equal_the_tables", "DELETE FROM analytics_merchantday"),
    ("facts_keep_up", "UPDATE analytics_staleday SET marked_at = now() - interval '1 hour'"),
]
