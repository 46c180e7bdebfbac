"""What operators read above a column whose model says it in code only."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import lookup_field
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS = {
    "account": _("账户"),
    "action": _("操作"),
    "actor": _("操作人"),
    "amount_fen": _("金额（分）"),
    "about": _("关于"),
    "applied": _("已入账"),
    "at": _("时间"),
    "attempts": _("尝试次数"),
    "author": _("作者"),
    "available_delta": _("可用变动"),
    "allotment": _("活动库存"),
    "allotted_delta": _("划出变动"),
    "body": _("原文"),
    "booked_at": _("记账时间"),
    "buyer": _("买家"),
    "code": _("编号"),
    "count": _("数量"),
    "created_at": _("创建时间"),
    "detail": _("详情"),
    "document": _("单据"),
    "done_at": _("完成时间"),
    "due_at": _("下次处理"),
    "entity": _("对象"),
    "error": _("错误"),
    "event": _("事件"),
    "event_id": _("渠道消息号"),
    "expires_at": _("付款截止"),
    "final_unit_price_fen": _("最终单价（分）"),
    "freight_fen": _("运费（分）"),
    "freight_refunded_fen": _("已退运费（分）"),
    "from_state": _("原状态"),
    "funder": _("承担方"),
    "gateway": _("渠道"),
    "goods_fen": _("商品金额（分）"),
    "handler": _("处理程序"),
    "headers": _("消息头"),
    "instalment": _("第几期"),
    "is_open": _("开放"),
    "key": _("凭证号"),
    "kind": _("类型"),
    "large": _("大图"),
    "last_login": _("上次登录"),
    "leader": _("团长"),
    "leader_rate_bp": _("佣金（万分比）"),
    "medium": _("中图"),
    "merchant": pgettext_lazy("one", "商家"),
    "number": _("单号"),
    "order": pgettext_lazy("one", "订单"),
    "orders": pgettext_lazy("one", "订单"),
    "object_id": _("内部编号"),
    "paid_fen": _("实付（分）"),
    "payer": _("付款人"),
    "payment": pgettext_lazy("one", "支付单"),
    "pickup_point": pgettext_lazy("one", "自提点"),
    "position": _("顺序"),
    "product": pgettext_lazy("one", "商品"),
    "product_name": pgettext_lazy("one", "商品"),
    "progress": _("进度"),
    "purpose": _("用途"),
    "quantity": _("数量"),
    "queried_at": _("上次查询"),
    "read_at": _("已读时间"),
    "reason": _("原因"),
    "received_at": _("收到时间"),
    "recipient": _("收件人"),
    "refund": pgettext_lazy("one", "退款单"),
    "refund_count": _("退款次数"),
    "reserved": _("占用"),
    "reserved_delta": _("占用变动"),
    "rows": _("例子"),
    "returned_at": _("退回时间"),
    "sent_at": _("发送时间"),
    "side": _("方向"),
    "since": _("加入时间"),
    "asked_by": _("提交人"),
    "batch": _("批次"),
    "sku": _("规格"),
    "small": _("小图"),
    "sold": _("已售"),
    "sold_delta": _("已售变动"),
    "source": _("来源"),
    "source_code": _("来源编号"),
    "source_kind": _("来源"),
    "specification": _("规格"),
    "subject": _("对象"),
    "subject_kind": _("支付对象"),
    "subject_number": _("对象单号"),
    "title": _("标题"),
    "to_state": _("新状态"),
    "unit_price_fen": _("单价（分）"),
    "url": _("链接"),
    "user": pgettext_lazy("one", "用户"),
    "template": pgettext_lazy("one", "优惠券"),
    "their_fen": _("渠道金额（分）"),
    "our_fen": _("我方金额（分）"),
    "verdict": _("结论"),
    "delivery_region": _("收货地区"),
    "closing_since": _("结算开始"),
    "close_reason": _("结束原因"),
    "latitude": _("纬度"),
    "longitude": _("经度"),
}

Column = Callable[[Any], Any]
_columns: dict[tuple[type[Model], str], Column] = {}


def labelled(model: type[Model], name: Any) -> Any:
    """A field as a column for operators: with a label that people read, without the notes meant for developers.

    Fields that name themselves in Chinese and carry no such note stay as they are, and so does everything else.
    """
    if isinstance(name, list | tuple):
        return tuple(labelled(model, one) for one in name)
    label = _label_of(model, name) if isinstance(name, str) else None
    if label is None:
        return name
    if (model, name) not in _columns:
        _columns[model, name] = _column(model, name, label)
    return _columns[model, name]


def _label_of(model: type[Model], name: str) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    own = getattr(field, "verbose_name", name)
    if str(own).isascii() and name in LABELS:
        return LABELS[name]
    note = str(getattr(field, "help_text", ""))
    return own if note and note.isascii() else None


def _column(model: type[Model], name: str, label: Any) -> Column:
    def column(thing: Any) -> Any:
        shown = getattr(thing, f"get_{name}_display", None)
        value = shown() if shown else lookup_field(name, thing)[2]
        return date_format(timezone.localtime(value), "DATETIME_FORMAT") if isinstance(value, dt.datetime) else value

    # A name of its own: by the field's, Django would look up the note again.
    column.__name__ = f"shown_{name}"
    column.short_description = label  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    column.boolean = isinstance(model._meta.get_field(name), BooleanField)  # type: ignore[attr-defined]
    return column
