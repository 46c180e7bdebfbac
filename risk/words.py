"""What people read of risk: buyers next to nothing, operators all of it."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from risk.detectors import methods
from risk.states import ControlKind

# What checks of other apps are called that flag things too.
CHECKS: dict[str, Promise] = {
    "asked_often": _("频繁申请提现"),
    "open_risk_case": _("有未结的风控案件"),
    "payee_is_new": _("新添加的收款账户"),
}
FIGURES: dict[str, Promise] = {
    "accounts": _("账号数"),
    "again": _("又见到的用户"),
    "amount_fen": _("金额（分）"),
    "benefit": _("权益"),
    "campaign": _("团购"),
    "count": _("当时数量"),
    "counterpart": _("另一方"),
    "days": _("几天内"),
    "expired": _("没付款的订单"),
    "final_count": _("最终数量"),
    "given_back": _("以前退过的单"),
    "given_back_pieces": _("事后退掉的件数"),
    "hours": _("几小时内"),
    "minutes": _("几分钟内"),
    "orders": _("订单数"),
    "signs": _("共用"),
    "steps": _("隔几层"),
    "threshold": _("抬到的档"),
    "weight": _("分量"),
}


SIGNS: dict[str, Promise] = {
    "address": _("收货地址"),
    "device": _("设备"),
    "network": _("网络"),
    "payee": _("收款账户"),
}


def sorry() -> str:
    """Why something is refused, for whoever wanted it: no rule is given away, and there is somebody to turn to."""
    if settings.PLATFORM_PHONE:
        told = gettext("暂时无法提交。请联系客服 %(phone)s，我们会尽快为你核实处理")
        return told % {"phone": settings.PLATFORM_PHONE}
    return gettext("暂时无法提交。请联系平台客服，我们会尽快为你核实处理")


def title_of(detector: str) -> Promise | str:
    """What a detector is called, or a check of another app; one that nobody named keeps its code."""
    return methods[detector].title if detector in methods else CHECKS.get(detector, detector)


def figure_in_words(name: str) -> Promise | str:
    """What a figure of the evidence is called."""
    return FIGURES.get(name, name)


def sign_in_words(sign: str) -> Promise | str:
    """What two people share; a code stays as it is."""
    return SIGNS.get(sign, sign)


def control_in_words(control: str) -> Promise | str:
    """What keeps a risk under control, for readers of the register: `detector:velocity` is 检测 下单过快."""
    kind, _colon, name = control.partition(":")
    if kind == ControlKind.PROCESS:
        return name
    shown = title_of(name) if kind in (ControlKind.DETECTOR, ControlKind.CHECK) else name
    return f"{ControlKind(kind).label} {shown}"
