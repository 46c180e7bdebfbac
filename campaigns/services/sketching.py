"""Writing a campaign step by step: everything typed is kept, and becomes a draft once it is a whole plan."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Merchant
from campaigns.errors import NotEditable, TooManySketches
from campaigns.models import Campaign, Sketch
from campaigns.plans import Plan
from campaigns.services.drafting import save_draft
from campaigns.states import CampaignStatus

MOST_SKETCHES = 50

Typed = Mapping[str, Sequence[str]]


@transaction.atomic
def begin(*, merchant: Merchant, actor_id: int, step: str, typed: Typed, now: dt.datetime) -> Sketch:
    """A new sketch from its first step. Raises TooManySketches."""
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    if Sketch.objects.filter(merchant=merchant).count() >= MOST_SKETCHES:
        raise TooManySketches(most=MOST_SKETCHES)
    return Sketch.objects.create(merchant=merchant, typed={step: dict(typed)}, written_by_id=actor_id, written_at=now)


@transaction.atomic
def keep(
    *,
    merchant: Merchant,
    code: str,
    actor_id: int,
    step: str,
    typed: Typed,
    before: Mapping[str, Typed],
    now: dt.datetime,
) -> Sketch:
    """Keep what was typed in one step, right or wrong; the other steps stay as they are.

    `before` is what a saved draft of this code says so far, from which its sketch starts. Raises NotEditable once that
    draft was handed in: the two take turns under its lock.
    """
    saved = Campaign.objects.select_for_update(no_key=True).filter(merchant=merchant, code=code).first()
    if saved is not None and saved.status != CampaignStatus.DRAFT:
        raise NotEditable
    fresh: dict[str, Any] = {"typed": dict(before), "written_by_id": actor_id, "written_at": now}
    Sketch.objects.get_or_create(code=code, merchant=merchant, defaults=fresh)
    sketch = Sketch.objects.select_for_update().get(code=code, merchant=merchant)
    sketch.typed = sketch.typed | {step: dict(typed)}
    sketch.written_by_id, sketch.written_at = actor_id, now
    sketch.save()
    return sketch


@transaction.atomic
def finish(
    *, merchant: Merchant, code: str, actor_id: int, plan: Plan, sketched_at: dt.datetime | None, now: dt.datetime
) -> Campaign:
    """The draft of this code, new or written over. Raises InvalidField, NotEditable.

    Its sketch is no longer needed, if it is still the one of `sketched_at` that the plan was read from; what a
    colleague has written since stays as changes that are not saved.
    """
    saved = Campaign.objects.filter(merchant=merchant, code=code).first()
    draft = save_draft(merchant=merchant, actor_id=actor_id, plan=plan, campaign=saved, code=code, now=now)
    if sketched_at is not None:
        Sketch.objects.filter(merchant=merchant, code=code, written_at__lte=sketched_at).delete()
    return draft


def discard(*, merchant: Merchant, code: str) -> None:
    """Throw away what is not saved yet; a draft of the same code stays as it was."""
    Sketch.objects.filter(merchant=merchant, code=code).delete()
