"""The operators' back office in a real browser: under its policy the theme runs, and a dialog decides."""

import os

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from accounts.models import Merchant
from common.models import AuditEntry
from tests.factories.accounts import make_merchant, make_operator

PASSWORD = "melons-at-noon"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_oscar_signs_in_and_approves_a_merchant(desk: Page) -> None:
    """A2, A5."""
    oscar = make_operator("operations", "risk")
    merchant = make_merchant("杨梅山庄", approved=False)
    complaints: list[str] = []
    desk.on("console", lambda message: _note(message, complaints))
    desk.goto("/admin/")
    desk.get_by_label("手机号").first.fill(oscar.phone)
    desk.get_by_label("密码").first.fill(PASSWORD)
    desk.locator("form:has(input[type=password]) button.btn--primary").click()
    expect(desk.get_by_text("待审核的商家").first).to_be_visible()
    _picture(desk, "dashboard")
    desk.goto(f"/admin/accounts/merchant/{merchant.pk}/change/")
    _picture(desk, "merchant")
    desk.get_by_role("link", name="通过", exact=False).first.click()
    expect(desk.get_by_text("商家后台随即开通")).to_be_visible()
    _picture(desk, "dialog")
    desk.locator("#dialog button[type=submit]").click()
    expect(desk.get_by_text("已通过").first).to_be_visible()
    assert Merchant.objects.get(pk=merchant.pk).status == "approved"
    assert AuditEntry.objects.filter(action="merchant.approve", actor=oscar).exists()
    assert complaints == []


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    if "Content Security Policy" in message.text:
        complaints.append(message.text)


def _picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")
