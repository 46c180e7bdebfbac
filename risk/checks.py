"""I4: what risk is asked before something happens: an order, a benefit, a withdrawal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import gettext_lazy as _

from common.assessments import ALLOWED, Assessment, denied, flagged
from community.contributions import BenefitRequest, benefit_checks
from orders.contributions import facts_readers, placing_checks
from orders.facts import FactsReader
from orders.quotes import Basket
from payments.contributions import PayoutRequest, payout_checks
from risk.detectors import methods
from risk.detectors.base import Found
from risk.selectors.cases import undecided_of
from risk.selectors.detectors import Setting, numbers_of, setting_of, settings_at_hand, sinces
from risk.states import Action
from risk.words import sorry

FACTS = "risk"
OPEN_CASE = "open_risk_case"


@dataclass(frozen=True)
class RiskFacts:
    """What the placing checks judge by: how each detector is set, and its one number about the buyer."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


risk_facts = FactsReader(
    read=lambda seen, _basket, _now: RiskFacts(settings_at_hand(), seen),
    looks=lambda buyer, _merchant, _now: numbers_of(buyer),
    slots=sinces,
)


def assess_placing(key: str, basket: Basket) -> Assessment:
    """What one detector says of an order; one that is off says nothing."""
    facts: RiskFacts = basket.facts.get(FACTS, RiskFacts())
    setting, placing = facts.settings.get(key), methods[key].placing
    if setting is None or placing is None or not setting.speaks:
        return ALLOWED
    return _answer(setting, placing.judge(basket, setting.parameters, facts.numbers[key]))


def assess_benefit(key: str, request: BenefitRequest) -> Assessment:
    """What one detector says of a benefit."""
    setting, look = setting_of(key), methods[key].benefit
    if look is None or not setting.speaks:
        return ALLOWED
    return _answer(setting, look(request, setting.parameters))


def owner_is_under_suspicion(request: PayoutRequest) -> Assessment:
    """While a case about its owner is undecided, money stays: what left does not come back."""
    cases = list(undecided_of(request.owner).order_by("pk").values_list("number", flat=True)[:5])
    return flagged(_("有未结的风控案件"), cases=cases) if cases else ALLOWED


def _answer(setting: Setting, found: Found) -> Assessment:
    """Operators read what was found; who is refused reads only where to turn to."""
    if found is None:
        return ALLOWED
    if setting.action == Action.DENY:
        return denied(sorry())
    return flagged(setting.method.title, **found)


facts_readers.register(FACTS, risk_facts)
for method in methods:
    if method.placing:
        placing_checks.register(method.key, partial(assess_placing, method.key))
    if method.benefit:
        benefit_checks.register(method.key, partial(assess_benefit, method.key))
payout_checks.register(OPEN_CASE, owner_is_under_suspicion)
