"""What breaks the rules of the house is hidden by operators, with the reason on record, and can be shown again."""

import datetime as dt

from django.db import transaction

from common import audit
from common.errors import Conflict
from community.models import Question, Review
from community.services.words import on_one_line

LONGEST_NOTE = 200


@transaction.atomic
def hide(*, said: Review | Question, note: str, actor_id: int, now: dt.datetime) -> None:
    """Take a review or question off every page; its stars no longer count. Raises InvalidField, Conflict."""
    reason = on_one_line(note, field="note", longest=LONGEST_NOTE)
    _change(said, was_hidden=False, hidden_at=now, hidden_note=reason)
    audit.record(actor_id=actor_id, action=f"{_kind(said)}.hide", subject=f"{_kind(said)}:{said.code}", note=reason)


@transaction.atomic
def show(*, said: Review | Question, actor_id: int) -> None:
    """Put it back where it was. Raises Conflict."""
    _change(said, was_hidden=True, hidden_at=None, hidden_note="")
    audit.record(actor_id=actor_id, action=f"{_kind(said)}.show", subject=f"{_kind(said)}:{said.code}")


def _change(said: Review | Question, *, was_hidden: bool, hidden_at: dt.datetime | None, hidden_note: str) -> None:
    same_state = type(said)._default_manager.filter(pk=said.pk, hidden_at__isnull=not was_hidden)
    if same_state.update(hidden_at=hidden_at, hidden_note=hidden_note) != 1:
        raise Conflict
    said.hidden_at, said.hidden_note = hidden_at, hidden_note


def _kind(said: Review | Question) -> str:
    return said._meta.model_name or ""
