import datetime as dt

from accounts.models import SignInAttempt, SmsCode

# The longest window in which either is counted is one day.
KEEP = dt.timedelta(days=2)


def clean(*, now: dt.datetime) -> None:
    """Delete codes and wrong passwords that no limit counts any more."""
    SmsCode.objects.filter(sent_at__lt=now - KEEP).delete()
    SignInAttempt.objects.filter(at__lt=now - KEEP).delete()
