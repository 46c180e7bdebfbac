import datetime as dt

from notifications.models import TextMessage

KEEP_TEXTS = dt.timedelta(days=2)


def clean(*, now: dt.datetime) -> None:
    """Delete the sandbox phone's old texts."""
    TextMessage.objects.filter(sent_at__lt=now - KEEP_TEXTS).delete()
