"""Operators set the detectors: on or off, what follows, and the numbers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import InvalidField
from risk.detectors import methods
from risk.detectors.base import Method, Parameter
from risk.models import Detector
from risk.states import Action


@transaction.atomic
def configure(
    *, key: str, is_on: bool, action: str, parameters: Mapping[str, Any], actor_id: int | None, now: dt.datetime
) -> Detector:
    """Set one detector; the next order is looked at by the new numbers. Raises InvalidField with the fix."""
    if action not in Action.values:
        raise InvalidField("action", _("没有这种处理方式"))
    changes = {"is_on": is_on, "action": action, "parameters": check_parameters(methods[key], parameters)}
    Detector.objects.get_or_create(key=key)
    row = Detector.objects.select_for_update().get(key=key)
    was = {name: getattr(row, name) for name in changes}
    for name, value in {**changes, "changed_at": now, "changed_by_id": actor_id}.items():
        setattr(row, name, value)
    row.save()
    audit.record(actor_id=actor_id, action="detector.configure", subject=f"detector:{key}", was=was, now=changes)
    return row


def check_parameters(method: Method, parameters: Mapping[str, Any]) -> dict[str, int]:
    """The numbers as they are kept. Raises InvalidField of the first that a method does not have, or cannot use."""
    declared = {parameter.name: parameter for parameter in method.parameters}
    for name, value in parameters.items():
        if name not in declared:
            raise InvalidField(name, _("这条规则没有这个参数"))
        _refuse_outside(declared[name], value)
    return dict(parameters)


def _refuse_outside(parameter: Parameter, value: Any) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not parameter.least <= value <= parameter.most:
        bounds = {"least": parameter.least, "most": parameter.most}
        raise InvalidField(parameter.name, _("填 %(least)s 到 %(most)s 之间的整数") % bounds)
