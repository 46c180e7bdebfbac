"""The campaigns of a shop and how they went."""

from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from campaigns.selectors.cards import CampaignCard, card
from common.exports.cells import Yuan
from web.backoffice.access import Right
from web.backoffice.campaigns.listing import found
from web.backoffice.exports.contributing import contribute


def rows(listed: list[Campaign]) -> list[tuple[Campaign, CampaignCard]]:
    return [(campaign, card(campaign)) for campaign in listed]


contribute(
    "campaigns",
    gettext_lazy("团购活动"),
    Right.SELL,
    find=found,
    rows=rows,
    columns=[
        (gettext_lazy("编号"), lambda row: row[0].code),
        (gettext_lazy("标题"), lambda row: row[0].title),
        (gettext_lazy("状态"), lambda row: row[0].get_status_display()),
        (gettext_lazy("开团时间"), lambda row: row[0].opens_at),
        (gettext_lazy("截止时间"), lambda row: row[0].closes_at),
        (gettext_lazy("阶梯按什么算"), lambda row: row[0].get_basis_display()),
        (gettext_lazy("成团数量"), lambda row: row[0].minimum),
        (gettext_lazy("参团人数"), lambda row: row[1].participants),
        (gettext_lazy("件数"), lambda row: row[1].pieces),
        (gettext_lazy("单买价"), lambda row: Yuan(row[1].regular_price_fen)),
        (gettext_lazy("团购价"), lambda row: Yuan(row[1].ladder.current_price_fen)),
        (gettext_lazy("最终数量"), lambda row: row[0].final_count),
        (gettext_lazy("商家补贴成团"), lambda row: row[0].subsidised),
        (gettext_lazy("结果时间"), lambda row: row[0].decided_at),
    ],
)
