"""What buyers read about a shop, and whom they may call."""

import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from accounts.names import clean_name
from common import audit
from common.errors import InvalidField

# What people print on a bag: 400-820-8820, 0797 823 1234, +86 138…
SERVICE_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,17}[0-9]", re.ASCII)


def change_service_contact(
    *, merchant: Merchant, introduction: str, service_phone: str, service_hours: str, actor_id: int
) -> None:
    """Write the introduction, the service number and its hours; each may be empty. Raises InvalidField."""
    wanted = {
        "introduction": clean_name(introduction, field="introduction", longest=200),
        "service_phone": _clean_phone(service_phone),
        "service_hours": clean_name(service_hours, field="service_hours", longest=60),
    }
    changed = sorted(name for name, value in wanted.items() if getattr(merchant, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(merchant, name, wanted[name])
    with transaction.atomic():
        merchant.save(update_fields=changed)
        subject = f"merchant:{merchant.code}"
        audit.record(actor_id=actor_id, action="merchant.service", subject=subject, fields=changed)


def _clean_phone(text: str) -> str:
    phone = " ".join(text.split())
    if phone and not SERVICE_PHONE.fullmatch(phone):
        raise InvalidField("service_phone", _("写成电话号码，比如 400-820-8820 或 0797 823 1234"))
    return phone
