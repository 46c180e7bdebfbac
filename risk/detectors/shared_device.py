"""Many accounts on one device. A family shares a tablet; twenty accounts are a business."""

from django.utils.translation import gettext_lazy as _

from risk.detectors.base import Method, Parameter, Placing, add
from risk.detectors.crowds import Crowd
from risk.models import Sighting
from risk.states import SubjectKind

AT_ONE_DEVICE = Crowd(Sighting, by="device_hash", kind=SubjectKind.DEVICE)

add(
    Method(
        key="shared_device",
        title=_("一台设备多个账号"),
        looks_for=_("一台设备上登录过的账号多于一家人会有的"),
        parameters=(
            Parameter("days", _("几天内"), default=30, most=90),
            Parameter("accounts", _("最多几个账号算正常"), default=5, most=1_000),
        ),
        placing=Placing("days", AT_ONE_DEVICE.fact, AT_ONE_DEVICE.judge),
        sweep=AT_ONE_DEVICE.sweep,
    )
)
