"""G1: operators make coupons at the platform's cost; those of merchants they only see; nobody types a state."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketing.models import CodeBatch, Coupon, CouponCode, CouponTemplate
from tests.factories.accounts import make_merchant, make_user
from tests.factories.community import make_community, make_member
from tests.factories.marketing import give_coupon, make_template
from tests.web.admin.conftest import Desk, decide, page_of

pytestmark = pytest.mark.django_db
ADD = "/admin/marketing/coupontemplate/add/"


def typed(**changes: Any) -> dict[str, Any]:
    """What stands in the form."""
    opens = timezone.localtime() - dt.timedelta(hours=1)
    return {
        "name": "平台满 20 减 5",
        "kind": "threshold",
        "amount_fen": "500",
        "rate_bp": "0",
        "threshold_fen": "2000",
        "per_person": "1",
        "claimable": "on",
        "opens_at_0": f"{opens:%Y-%m-%d}",
        "opens_at_1": f"{opens:%H:%M:%S}",
        "valid_days": "7",
        "stacks": "on",
        "returns_on_refund": "on",
        "scopes": ["newcomer:"],
    } | changes


def test_an_operator_makes_a_coupon_of_the_platforms_and_changes_it(desk: Desk) -> None:
    browser = desk("operations")
    assert browser.post(ADD, typed()).status_code == 302
    template = CouponTemplate.objects.get()
    assert (template.merchant, template.funder, template.status) == (None, "platform", "active")
    assert template.amount_fen == 500
    assert list(template.scopes.values_list("kind", "key")) == [("newcomer", "")]
    address = f"/admin/marketing/coupontemplate/{template.pk}/change/"
    assert browser.post(address, typed(amount_fen="600", scopes=[])).status_code == 302
    template.refresh_from_db()
    assert (template.amount_fen, template.scopes.count()) == (600, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount_fen": "0"}, "写上减多少"),
        ({"threshold_fen": "100"}, "门槛不能低于面额"),
        ({"valid_days": ""}, "写上什么时候可以用"),
        ({"scopes": ["product:0000000000"]}, "0000000000"),
    ],
)
def test_what_makes_no_sense_is_said(desk: Desk, changes: dict[str, Any], sentence: str) -> None:
    page = desk("operations").post(ADD, typed(**changes))
    assert (page.status_code, CouponTemplate.objects.count()) == (200, 0)
    assert sentence in page.content.decode()


def test_what_people_hold_is_not_changed_here_either(desk: Desk) -> None:
    template = make_template()
    give_coupon(make_user(), template)
    address = f"/admin/marketing/coupontemplate/{template.pk}/change/"
    page = desk("operations").post(address, typed(amount_fen="900", scopes=[]))
    assert "只能改名称" in page.content.decode()
    template.refresh_from_db()
    assert template.amount_fen == 500


def test_a_merchants_coupon_is_shown_and_left_alone(desk: Desk) -> None:
    template = make_template(make_merchant(), name="店里的")
    browser = desk("operations")
    page = page_of(browser, template).content.decode()
    assert "店里的" in page
    assert 'name="amount_fen"' not in page
    assert browser.post(f"/admin/marketing/coupontemplate/{template.pk}/change/", typed()).status_code == 403
    for action in ("stop", "issue", "add_codes"):
        act(browser, action, template)
    template.refresh_from_db()
    assert (template.status, Coupon.objects.count(), CouponCode.objects.count()) == ("active", 0, 0)


def act(browser: Client, action: str, template: CouponTemplate, **answers: Any) -> Any:
    return decide(browser, f"marketing_coupontemplate_{action}", template, **answers)


def test_it_is_issued_given_codes_and_stopped(desk: Desk) -> None:
    template, place = make_template(), make_community()
    make_member(make_user(), place)
    browser = desk("operations")
    act(browser, "issue", template, audience="community", key=place.code)
    assert Coupon.objects.get().template == template
    act(browser, "add_codes", template, word="hello", quantity="")
    act(browser, "add_codes", template, word="", quantity="3")
    assert (CodeBatch.objects.get().made, CouponCode.objects.filter(text="HELLO").count()) == (3, 1)
    act(browser, "stop", template)
    template.refresh_from_db()
    assert template.status == "stopped"


def test_states_of_coupons_and_codes_are_shown_to_whoever_may_see_them(desk: Desk) -> None:
    alice = make_user(name="Alice")
    coupon = give_coupon(alice, make_template())
    for group in ("operations", "support"):
        browser = desk(group)
        assert "未使用" in page_of(browser, coupon).content.decode()
        assert coupon.code in browser.get("/admin/marketing/coupon/", {"q": alice.phone}).content.decode()
        assert browser.post(f"/admin/marketing/coupon/{coupon.pk}/change/", {"status": "used"}).status_code == 403
    assert desk("support").get(ADD).status_code == 403
    assert desk("content").get("/admin/marketing/coupon/").status_code == 403
