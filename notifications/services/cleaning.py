import datetime as dt

from notifications.models import Dispatch, TextMessage
from notifications.states import DispatchState

KEEP_TEXTS = dt.timedelta(days=2)
KEEP_WORDS = dt.timedelta(days=7)
KEEP_DISPATCHES = dt.timedelta(days=90)


def clean(*, now: dt.datetime) -> None:
    """Delete the sandbox phone's old texts and old traces of what was sent; what failed loses its words sooner."""
    TextMessage.objects.filter(sent_at__lt=now - KEEP_TEXTS).delete()
    old = Dispatch.objects.with_words().filter(state=DispatchState.FAILED, done_at__lt=now - KEEP_WORDS)
    old.update(words="")
    Dispatch.objects.filter(done_at__lt=now - KEEP_DISPATCHES).delete()
