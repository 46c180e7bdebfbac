"""A campaign under the pen: what is kept of it, and its sheets as they stand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from campaigns.errors import NoSuchCampaign, NotEditable
from campaigns.models import Campaign, Sketch
from campaigns.plans import Plan
from campaigns.services.drafting import plan_of as plan_of_campaign
from campaigns.services.plan_checks import findings_of
from campaigns.states import CampaignStatus
from orders.selectors.pickup import points_of
from web.backoffice.access import Shop
from web.backoffice.campaigns import skus
from web.backoffice.campaigns.wizard import sheets, steps
from web.backoffice.campaigns.wizard.planning import plan_of
from web.backoffice.campaigns.wizard.sheets import Sheet
from web.backoffice.campaigns.wizard.tiers import match_tiers
from web.backoffice.campaigns.wizard.typed import Typed, as_posted, typed_of

MOST_OFFERS = 50


@dataclass(frozen=True)
class Work:
    """What was typed so far by step; the draft it writes over and the sketch it stands in, if there are such.

    `named` are SKUs to begin with, where nothing has been typed yet.
    """

    shop: Shop
    typed: Mapping[str, Typed]
    code: str = ""
    campaign: Campaign | None = None
    sketch: Sketch | None = None
    named: Sequence[str] = ()

    def typing(self, step: str, typed: Typed) -> "Work":
        """The same with what somebody has just typed at a step."""
        return replace(self, typed={**self.typed, step: typed})

    def data(self, step: str) -> QueryDict | None:
        return as_posted(self.typed[step]) if step in self.typed else None

    @property
    def stamp(self) -> str:
        """Changes whenever somebody writes on it."""
        return self.sketch.written_at.isoformat() if self.sketch else ""

    @property
    def next_step(self) -> str:
        """Where to go on: the first step nobody has filled in."""
        return next((name for name in steps.WRITTEN if name not in self.typed), steps.CHECK)


def open_work(shop: Shop, code: str) -> Work:
    """The sketch or draft of this code. Raises NoSuchCampaign, and NotEditable for what is no draft any more."""
    sketch = Sketch.objects.select_related("written_by").filter(merchant=shop.merchant, code=code).first()
    campaign = Campaign.objects.filter(merchant=shop.merchant, code=code).first()
    if campaign and campaign.status != CampaignStatus.DRAFT:
        raise NotEditable
    if sketch is None and campaign is None:
        raise NoSuchCampaign
    typed = sketch.typed if sketch else typed_of(plan_of_campaign(campaign)) if campaign else {}
    return Work(shop, typed, code, campaign, sketch)


def sheets_of(work: Work, *, now: dt.datetime) -> dict[str, Sheet]:
    """All sheets, filled in where somebody has filled them in."""
    chosen = work.data(steps.GOODS)
    codes = work.named if chosen is None else chosen.getlist("sku")
    offered = skus.named(work.shop.merchant, codes[:MOST_OFFERS])
    points = points_of(work.shop.merchant).filter(is_active=True)
    return {
        steps.GOODS: sheets.goods(chosen, offered),
        steps.LADDER: sheets.ladder(work.data(steps.LADDER), offered),
        steps.RULES: sheets.rules(work.data(steps.RULES), offered, now=now),
        steps.HANDOVER: sheets.handover(work.data(steps.HANDOVER), points),
    }


def judged(work: Work, read: Mapping[str, Sheet], *, now: dt.datetime) -> Plan:
    """The plan of the sheets; whatever is wrong with it is said in their cells.

    A sheet that cannot be read gets no findings on top, and an empty one none at all.
    """
    unread = {name for name, sheet in read.items() if sheet.is_filled and not sheet.is_valid()}
    if read[steps.LADDER].is_filled and not match_tiers(read[steps.LADDER]):
        unread.add(steps.LADDER)
    plan = plan_of(read)
    for finding in findings_of(merchant=work.shop.merchant, plan=plan, now=now):
        field = str(finding.params["field"])
        sheet = read[steps.step_of(field)]
        without_pieces = field == "minimum" and steps.GOODS in unread
        if sheet.is_filled and sheet.step not in unread and not without_pieces:
            sheet.refuse(finding)
    return plan
