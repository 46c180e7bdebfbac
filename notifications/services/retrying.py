import datetime as dt

from common import audit
from notifications.errors import NotSentAgain
from notifications.models import Dispatch
from notifications.services.queueing import WORTH_SENDING
from notifications.states import DispatchState, Reason


def send_again(*, dispatch: Dispatch, actor_id: int, now: dt.datetime) -> None:
    """Queue what surely did not go out, with all its attempts before it again. Raises NotSentAgain."""
    failed = Dispatch.objects.with_words().filter(pk=dispatch.pk, state=DispatchState.FAILED)
    sure = failed.exclude(error=Reason.UNKNOWN)
    queued = sure.update(
        state=DispatchState.QUEUED, attempts=0, error="", due_at=now, done_at=None, expires_at=now + WORTH_SENDING
    )
    if not queued:
        raise NotSentAgain
    audit.record(actor_id=actor_id, action="dispatch.send_again", subject=f"dispatch:{dispatch.pk}")
