"""Which component is drawn in which states, and what each is for."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.states import CampaignStatus
from orders.states import OrderStatus
from payments.states import RefundKind, RefundStatus, WithdrawalStatus
from web.backoffice.components import samples
from web.backoffice.components.samples import HOUR, card, ladder
from web.backoffice.overview.tiles import Tile
from web.charts import NARROW, WIDE, draw
from web.keyset import KeysetPage
from web.numbers.funnels import Step
from web.payouts import PayeeForm
from web.refund_progress import progress_of

State = tuple[str | Promise, dict[str, Any]]


@dataclass(frozen=True)
class Specimen:
    """One component: its file, what it is for, and its states, each a word and what the template is given."""

    file: str
    purpose: str
    states: Sequence[State]


def specimens(*, now: dt.datetime) -> list[Specimen]:
    """All of them, what is small first."""
    groups = (_marks, _prices, _ladders, _orders, _forms, _frames, _talk, _numbers)
    return [Specimen(file, purpose, states) for group in groups for file, purpose, states in group(now)]


Rows = Iterator[tuple[str, str, Sequence[State]]]


def _marks(now: dt.datetime) -> Rows:
    yield "_icons.html", _("线条图标，只是装饰，旁边一定有字"), [("", {})]
    kinds = ("", "line", "info", "accent", "price", "warning", "solid", "danger")
    yield (
        "_badge.html",
        _("一个词的状态，颜色从不单独说话"),
        [(kind, {"kind": kind, "word": _("状态")}) for kind in kinds],
    )
    shown = [status for status in CampaignStatus if status not in (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)]
    badges: list[State] = [(status.label, {"status": status.value, "state": "open"}) for status in shown]
    badges.append((_("快降价"), {"status": "open", "state": "almost"}))
    yield "_campaign_badge.html", _("团的状态"), badges
    yield "_order_badge.html", _("订单的状态"), [(one.label, {"order": samples.Order(one)}) for one in OrderStatus]
    stands = [(one.label, {"withdrawal": samples.Withdrawal(one)}) for one in WithdrawalStatus]
    yield "_withdrawal_badge.html", _("提现的状态；冻结的原因只有平台看得到"), stands
    yield (
        "_countdown.html",
        _("还剩多久；最后一小时变琥珀色，过了变灰"),
        [
            (word, {"at": now + left})
            for word, left in ((_("平常"), 30 * HOUR), (_("快了"), HOUR / 2), (_("过了"), -HOUR))
        ],
    )
    yield (
        "_picture.html",
        _("商品图，没有图时画个箱子"),
        [(size, {"url": "", "size": size}) for size in ("xs", "sm", "md")],
    )


def _prices(now: dt.datetime) -> Rows:
    sizes = ("sm", "card", "lg", "xl")
    yield (
        "_price.html",
        _("价格，页面上唯一的暖色"),
        [(size, {"fen": 2690, "size": size, "was": 3990}) for size in sizes],
    )
    steps = [
        samples.Said(_("单买价"), amount_fen=7980),
        samples.Said(_("团购价"), amount_fen=-2600, why=_("满 100 件，每件 ¥26.90")),
    ]
    yield "_lines.html", _("每一分钱怎么来的"), [("", {"lines": steps, "total_fen": 5380, "total_word": _("实付")})]
    yield "_ticket.html", _("一张券：减多少、满多少、哪里用、用到几时"), _tickets(now)


def _tickets(now: dt.datetime) -> list[State]:
    days = f"{now:%m-%d} – {now + 240 * HOUR:%m-%d %H:%M}"
    least = _("满 %(amount)s 可用") % {"amount": "¥30"}
    five = samples.Ticket(samples.Coupon(_("满减券")), "¥5", least, days, _("老周果园"), _("限新客"))
    return [(_("可使用"), {"ticket": five}), (_("已使用"), {"ticket": five, "quiet": 1})]


def _ladders(now: dt.datetime) -> Rows:
    stages = [
        (_("没到第一档"), card("SAMPLE1", 12, now=now)),
        (_("拼团中"), card("SAMPLE2", 92, now=now)),
        (_("快降价"), card("SAMPLE3", 98, now=now, state="almost")),
        (_("最低价"), card("SAMPLE4", 210, now=now, state="top")),
        (_("已成团"), card("SAMPLE5", 120, now=now, status=CampaignStatus.SUCCEEDED, state="succeeded")),
        (_("未成团"), card("SAMPLE6", 13, now=now, status=CampaignStatus.FAILED, state="failed")),
    ]
    yield (
        "_ladder.html",
        _("楼梯：横着是件数，竖着是价格"),
        [(word, {"card": one, "minimum": 20, "said": True}) for word, one in stages],
    )
    yield "_ladder_headline.html", _("楼梯的那句话"), [(word, {"card": one, "minimum": 20}) for word, one in stages[:3]]
    yield "_ladder_steps.html", _("楼梯的台阶"), [("", {"ladder": ladder(92)})]
    yield (
        "_ladder_mini.html",
        _("列表里的小楼梯，旁边有一句话"),
        [(word, {"ladder": one.ladder}) for word, one in stages],
    )
    yield "_camp_says.html", _("还差多远，一句话"), [(word, {"card": one}) for word, one in stages]
    rows = [(word, {"card": replace(one, code=f"ROW{number}")}) for number, (word, one) in enumerate(stages)]
    yield (
        "_camp.html",
        _("列表里的一个团"),
        [
            *rows,
            (_("方块"), {"card": replace(stages[1][1], code="TILE"), "tile": True, "level": 3}),
        ],
    )
    yield (
        "_remind_card.html",
        _("开团提醒我"),
        [
            (_("没订"), {"card": replace(stages[0][1], code="SOON1"), "awaited": ()}),
            (_("订了"), {"card": replace(stages[0][1], code="SOON2"), "awaited": ("SOON2",)}),
        ],
    )


def _orders(now: dt.datetime) -> Rows:
    line = samples.OrderLine(_("赣南脐橙"), _("5 斤装"), 2, 2990)
    point = samples.Point(_("东门便民超市"), _("文三路 1 号"), _("每天 16:00–20:00"))
    ready = samples.Order(OrderStatus.READY, pickup_point=point, lines=samples.Rows([line]))
    shop = samples.Shop(_("老周果园"), _("赣南的橙子，树上熟了才摘。"), "400-820-8820", _("每天 9:00–20:00"))
    yield "_service.html", _("卖家是谁，找谁问"), [("", {"merchant": shop})]
    yield "_buy.html", _("买了什么"), [("", {"line": line, "picture": "", "merchant": _("老周果园")})]
    yield "_pickup.html", _("取货码，给团长看"), [("", {"order": ready, "qr": ""})]
    events = [
        samples.Said(_("到货了，等你来取"), now - HOUR),
        samples.Said(_("成团了，正在备货"), now - 20 * HOUR, more=_("最终价 ¥26.90")),
        samples.Said(_("付款成功"), now - 30 * HOUR),
    ]
    yield "_timeline.html", _("发生了什么，最近的在上面"), [("", {"timeline": events})]
    sent, done = now - 2 * HOUR, now - HOUR
    drop = samples.Drop("", 2990, 2690, 300, 2)
    stages: list[Any] = [
        samples.Refund("R1", RefundKind.TIER_DIFFERENCE, RefundStatus.REQUESTED, 600, now),
        samples.Refund("R2", RefundKind.LEFT, RefundStatus.SENT, 5980, now, sent),
        samples.Refund("R3", RefundKind.MISSED, RefundStatus.DONE, 5980, now, sent, done),
        samples.Refund("R4", RefundKind.LATE, RefundStatus.ABNORMAL, 5980, now - 30 * HOUR, now - 30 * HOUR),
    ]
    yield (
        "_refund.html",
        _("钱退到哪了"),
        [(one.status.label, {"told": progress_of(one, now=now), "drops": [drop]}) for one in stages],
    )


def _forms(now: dt.datetime) -> Rows:
    form = samples.sample_form()
    yield (
        "_field.html",
        _("一个要填的格子：标签、说明、怎么改"),
        [
            (_("平常"), {"field": form["name"]}),
            (_("写错了"), {"field": form["phone"], "prefix": "+86"}),
            (_("选填"), {"field": form["note"]}),
        ],
    )
    yield "_form_errors.html", _("不属于哪个格子的错"), [("", {"form": form})]
    yield "_payee_fields.html", _("钱打到哪里"), [("", {"form": PayeeForm(auto_id="payee_%s")})]
    yield "_withdraw_fields.html", _("提多少、从哪提、提到哪"), [("", {"form": samples.sample_withdrawal()})]


def _frames(now: dt.datetime) -> Rows:
    yield "_tabbar.html", _("手机底下的五个门"), [("", {"tab": "hall"})]
    yield "_bell.html", _("消息和没看的条数"), [(_("有"), {"unread": 5}), (_("没有"), {"unread": 0})]
    yield "_back.html", _("手机上的返回"), [("", {"url": "#_back", "title": _("订单详情")})]
    yield "_foot.html", _("页脚和语言"), [("", {})]
    page = KeysetPage([], previous="before=_", next="after=_")
    yield "_pager.html", _("翻页"), [("", {"page": page, "query": "state=all"})]
    empty = {
        "art": "receipt",
        "title": _("还没有订单"),
        "text": _("今晚有 6 个团截止"),
        "url": "#_empty",
        "action": _("去看看"),
    }
    yield "_empty.html", _("空的时候：这是什么，为什么空，往哪走"), [("", empty)]


def _talk(now: dt.datetime) -> Rows:
    author = samples.Person(_("王**"))
    line = samples.OrderLine(_("赣南脐橙"), _("5 斤装"), 1, 2690)
    told = samples.Opinion(_("甜，个头匀，没有坏的。"), now, author, 5, answer=_("谢谢，下周还有。"), order_line=line)
    brought = samples.Opinion(_("一直在这家买。"), now, source=_("老店"))
    yield (
        "_review.html",
        _("邻居怎么说；从别处搬来的标明来处"),
        [(_("买家的"), {"review": told}), (_("搬来的"), {"review": brought})],
    )
    asked = samples.Opinion(_("是打蜡的吗？"), now, author, answer=_("不打蜡，树上摘下来就装箱。"))
    waiting = samples.Opinion(_("几天能到？"), now, author)
    yield "_question.html", _("买之前问一句"), [(_("答了"), {"question": asked}), (_("还没答"), {"question": waiting})]


def _numbers(now: dt.datetime) -> Rows:
    against = _("比前 7 天")
    tiles = [
        Tile(_("成交额"), "8,642.30", "↑ 12.4%", "good", against, "#_stat", sign="¥"),
        Tile(_("退款率"), "4.4", _("↑ %(points)s 点") % {"points": "1.2"}, "bad", against, "#_stat", unit="%"),
        Tile(_("成团率"), "–", "", "flat", against, "#_stat"),
    ]
    yield "_stat.html", _("一个数：多少，怎么变，是好是坏；整块是链接"), [(tile.name, {"tile": tile}) for tile in tiles]
    ways = [
        Step(_("访客"), 240, 240, "", "#_funnel"),
        Step(_("下单人数"), 60, 240, "25%"),
        Step(_("付款人数"), 48, 240, "20%"),
    ]
    yield "_funnel.html", _("一步一步还剩多少人；有明细的那一步是链接"), [("", {"funnel": ways})]
    values, words = [486_000, 512_000, -40_000, 798_000, 864_200], ["11/18", "11/19", "11/20", "11/21", _("今天")]
    drawings = [draw(values, words, compared_fen=[400_000] * 5, paper=paper) for paper in (WIDE, NARROW)]
    yield (
        "_chart.html",
        _("每天一根柱，今天没过完，低于零往下画"),
        [(drawing.paper.name, {"drawing": drawing, "says": _("五天的成交额柱状图")}) for drawing in drawings],
    )
