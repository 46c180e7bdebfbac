"""The sidebar of the operators' back office: queues first, with their heights, then everything else."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from web.operators.numbers import MAY_COUNT
from web.operators.queues import waiting
from web.operators.risk import MAY_SEE as MAY_SEE_RISK
from web.operators.walks import MAY_WALK

Entry = tuple[Promise, str, str]

RISK = _("风控")

SECTIONS: tuple[tuple[Promise, tuple[Entry, ...]], ...] = (
    (
        _("交易"),
        (
            (_("订单"), "orders.order", "receipt_long"),
            (_("团购活动"), "campaigns.campaign", "groups"),
            (_("渠道码"), "marketing.channelcode", "qr_code_2"),
            (_("支付单"), "payments.payment", "payments"),
            (_("退款单"), "payments.refund", "currency_exchange"),
            (_("提现"), "payments.withdrawal", "account_balance_wallet"),
            (_("佣金"), "payments.commission", "handshake"),
            (_("支付通知"), "payments.callback", "mark_email_read"),
            (_("记账凭证"), "payments.ledgertransaction", "account_balance"),
            (_("每日对账"), "payments.reconciliationrun", "event_available"),
            (_("对账差异"), "payments.reconciliationcase", "balance"),
        ),
    ),
    (
        _("商家与商品"),
        (
            (_("商家"), "accounts.merchant", "storefront"),
            (_("自提点"), "orders.pickuppoint", "pin_drop"),
            (_("商品"), "catalog.product", "inventory_2"),
            (_("类目"), "catalog.category", "account_tree"),
            (_("库存"), "catalog.stock", "warehouse"),
            (_("库存流水"), "catalog.stockmovement", "swap_vert"),
        ),
    ),
    (
        _("社区"),
        (
            (_("社区"), "community.community", "location_city"),
            (_("评价"), "community.review", "reviews"),
            (_("提问"), "community.question", "help"),
            (_("会员等级"), "community.membertier", "military_tech"),
            (_("会员"), "community.memberstanding", "card_membership"),
            (_("积分明细"), "community.pointsentry", "toll"),
            (_("用户分层"), "community.membersegment", "donut_small"),
            (_("分层规则"), "community.segmentrule", "rule"),
            (_("标签"), "community.tag", "label"),
        ),
    ),
    (
        _("营销"),
        (
            (_("优惠券"), "marketing.coupontemplate", "confirmation_number"),
            (_("用户优惠券"), "marketing.coupon", "redeem"),
            (_("兑换码"), "marketing.couponcode", "qr_code"),
            (_("兑换码批次"), "marketing.codebatch", "stacks"),
            (_("促销"), "marketing.promotion", "sell"),
            (_("老带新"), "marketing.referralprogramme", "group_add"),
            (_("新人礼"), "marketing.welcomeprogramme", "redeem"),
            (_("奖励"), "marketing.reward", "card_giftcard"),
        ),
    ),
    (
        RISK,
        (
            (_("风控案件"), "risk.riskcase", "policy"),
            (_("检测规则"), "risk.detector", "radar"),
            (_("风险登记"), "risk.riskitem", "fact_check"),
        ),
    ),
    (
        _("用户与权限"),
        (
            (_("用户"), "accounts.user", "person"),
            (_("运营组"), "auth.group", "badge"),
            (_("站内消息"), "notifications.message", "mail"),
            (_("消息模板和渠道"), "notifications.messagekind", "edit_notifications"),
            (_("发送记录"), "notifications.dispatch", "outgoing_mail"),
        ),
    ),
    (
        _("平台"),
        (
            (_("告警"), "common.alert", "notification_important"),
            (_("操作记录"), "common.auditentry", "history"),
            (_("状态变更"), "common.transition", "timeline"),
            (_("事件投递"), "common.eventdelivery", "send"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links, only those that this operator may follow."""
    sections = [_section(request, title, entries) for title, entries in SECTIONS]
    if request.user.has_perm(MAY_WALK):
        sections[0]["items"].append({"title": _("资金去向"), "icon": "route", "link": reverse("admin:walk")})
    if request.user.has_perm(MAY_SEE_RISK):
        overview = reverse("admin:risk")
        # The pages of its models lie below it and are others.
        here = request.path == overview
        link = {"title": _("风控概览"), "icon": "shield", "link": overview, "active": here}
        next(section for section in sections if section["title"] == RISK)["items"].insert(0, link)
    if request.user.has_perm(MAY_COUNT):
        sections[0]["items"].insert(0, {"title": _("平台数据"), "icon": "monitoring", "link": reverse("admin:numbers")})
    sections[-1]["items"] += [
        {"title": _("导出记录"), "icon": "download", "link": reverse("admin:exports")},
        {"title": _("指标说明"), "icon": "menu_book", "link": reverse("admin:metrics")},
    ]
    return [_queues(request), *sections]


def _queues(request: HttpRequest) -> dict[str, Any]:
    items = [
        {"title": height.queue.title, "icon": height.queue.icon, "link": height.queue.address, "active": False}
        | ({"badge": height.count} if height.count else {})
        for height in waiting(request)
    ]
    home = {"title": _("概览"), "icon": "dashboard", "link": reverse("admin:index")}
    return {"title": _("待办"), "items": [home, *items]}


def _section(request: HttpRequest, title: Promise, entries: tuple[Entry, ...]) -> dict[str, Any]:
    items = []
    for name, model, icon in entries:
        app, _dot, model_name = model.partition(".")
        if request.user.has_perm(f"{app}.view_{model_name}"):
            link = reverse(f"admin:{app}_{model_name}_changelist")
            items.append({"title": name, "icon": icon, "link": link})
    return {"title": title, "separator": True, "items": items}
