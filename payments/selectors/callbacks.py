"""Messages of gateways that somebody has to look at."""

from django.db.models import QuerySet

from payments.models import Callback
from payments.states import PaymentStatus


def unmatched() -> QuerySet[Callback]:
    """Proven messages that were rejected (another amount, another number) and whose payment is not captured since."""
    rejected = Callback.objects.filter(verdict=Callback.Verdict.REJECTED, payment__isnull=False)
    return rejected.exclude(payment__status=PaymentStatus.CAPTURED)
