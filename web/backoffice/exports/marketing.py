"""Coupons and promotions of a shop, with what each brought and cost."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from accounts.models import Merchant
from common.exports.cells import Yuan
from common.exports.reports import Found
from marketing.models import CouponTemplate, Promotion
from marketing.promoting import promotion_in_words
from marketing.selectors import promotion_results, promotions, results
from web.backoffice.access import Right
from web.backoffice.exports.contributing import contribute
from web.backoffice.promotions.standing import Standing, standing_of
from web.coupons import Ticket, tickets


@dataclass(frozen=True)
class CouponRow:
    """A coupon in words, and its results."""

    ticket: Ticket
    results: results.Results


@dataclass(frozen=True)
class PromotionRow:
    """A promotion in words, and its results."""

    promotion: Promotion
    words: str
    standing: Standing
    results: promotion_results.PromotionResults


def coupons_of(merchant: Merchant, _query: QueryDict) -> Found:
    return results.of_merchant(merchant)


def coupon_rows(listed: list[CouponTemplate]) -> list[CouponRow]:
    """In a number of queries that does not grow with them."""
    found = results.results_of(listed)
    return [CouponRow(ticket, found.get(ticket.template.pk, results.Results())) for ticket in tickets(listed)]


def promotions_of(merchant: Merchant, _query: QueryDict) -> Found:
    return promotions.of_merchant(merchant)


def promotion_rows(listed: list[Promotion]) -> list[PromotionRow]:
    """In a number of queries that does not grow with them."""
    found, terms = promotion_results.results_of(listed), promotions.terms_by_promotion(listed)
    none = promotion_results.PromotionResults()
    return [
        PromotionRow(each, str(promotion_in_words(terms[each.pk])), standing_of(each), found.get(each.pk, none))
        for each in listed
    ]


contribute(
    "coupons",
    gettext_lazy("优惠券"),
    Right.SELL,
    find=coupons_of,
    rows=coupon_rows,
    columns=[
        (gettext_lazy("优惠券"), lambda row: row.ticket.template.name),
        (gettext_lazy("面额"), lambda row: row.ticket.worth),
        (gettext_lazy("使用条件"), lambda row: row.ticket.condition),
        (gettext_lazy("适用范围"), lambda row: row.ticket.scope),
        (gettext_lazy("有效期"), lambda row: row.ticket.validity),
        (gettext_lazy("状态"), lambda row: row.ticket.template.get_status_display()),
        (gettext_lazy("已发放"), lambda row: row.ticket.template.issued),
        (gettext_lazy("占用中"), lambda row: row.results.held),
        (gettext_lazy("已使用"), lambda row: row.results.used),
        (gettext_lazy("订单数"), lambda row: row.results.orders),
        (gettext_lazy("让利"), lambda row: Yuan(row.results.discount_fen)),
        (gettext_lazy("带来的收入"), lambda row: Yuan(row.results.revenue_fen)),
    ],
)
contribute(
    "promotions",
    gettext_lazy("满减满赠"),
    Right.SELL,
    find=promotions_of,
    rows=promotion_rows,
    columns=[
        (gettext_lazy("促销"), lambda row: row.promotion.title),
        (gettext_lazy("规则"), lambda row: row.words),
        (gettext_lazy("适用范围"), lambda row: row.promotion.get_scope_display()),
        (gettext_lazy("开始时间"), lambda row: row.promotion.starts_at),
        (gettext_lazy("结束时间"), lambda row: row.promotion.ends_at),
        (gettext_lazy("状态"), lambda row: row.standing.word),
        (gettext_lazy("订单数"), lambda row: row.results.orders),
        (gettext_lazy("人数"), lambda row: row.results.people),
        (gettext_lazy("让利"), lambda row: Yuan(row.results.off_fen)),
        (gettext_lazy("送出赠品"), lambda row: row.results.gifts),
        (gettext_lazy("带来的收入"), lambda row: Yuan(row.results.revenue_fen)),
    ],
)
