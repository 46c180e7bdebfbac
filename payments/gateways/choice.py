"""Which gateways a merchant's buyers may pay at."""

from django.conf import settings

from accounts.models import Merchant

EVERYBODY = "*"


def gateways_of(merchant_code: str) -> list[str]:
    """Names of the gateways, in the order they are shown: the merchant's own list in MERCHANT_GATEWAYS, or the one of
    everybody, or all that is configured.
    """
    lists: dict[str, list[str]] = settings.MERCHANT_GATEWAYS
    chosen = lists.get(merchant_code, lists.get(EVERYBODY, list(settings.PAYMENT_GATEWAYS)))
    return [name for name in chosen if name in settings.PAYMENT_GATEWAYS]


def may_pay_at(gateway: str, *, merchant_id: int) -> bool:
    """Whether the buyers of a merchant may pay there."""
    if not settings.MERCHANT_GATEWAYS:
        return gateway in settings.PAYMENT_GATEWAYS
    return gateway in gateways_of(Merchant.objects.values_list("code", flat=True).get(pk=merchant_id))
