"""The customers of a shop, as masked as on the page."""

from django.utils.translation import gettext_lazy, pgettext_lazy

from common.exports.cells import Yuan
from common.masking import mask_phone
from web.backoffice.access import Right
from web.backoffice.customers.listing import found, segment_word, tier_word
from web.backoffice.exports.contributing import contribute

contribute(
    "customers",
    gettext_lazy("顾客"),
    Right.CUSTOMERS,
    find=found,
    columns=[
        (pgettext_lazy("one", "顾客"), lambda customer: customer.user.shown_name),
        (gettext_lazy("手机"), lambda customer: mask_phone(customer.user.phone)),
        (gettext_lazy("分层"), segment_word),
        (gettext_lazy("会员等级"), tier_word),
        (gettext_lazy("标签"), lambda customer: "\n".join(put.tag.name for put in customer.user.tags_here)),
        (gettext_lazy("最近购买（R）"), lambda customer: customer.recency_score),
        (gettext_lazy("购买次数（F）"), lambda customer: customer.frequency_score),
        (gettext_lazy("购买金额（M）"), lambda customer: customer.monetary_score),
        (gettext_lazy("订单数"), lambda customer: customer.orders),
        (gettext_lazy("消费"), lambda customer: Yuan(customer.spent_fen)),
        (gettext_lazy("首次购买"), lambda customer: customer.first_at),
        (gettext_lazy("最近购买"), lambda customer: customer.last_at),
    ],
)
