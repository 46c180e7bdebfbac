"""Who gets into the operators' back office, by which door, and under which policy."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import make_user
from tests.web.admin.conftest import Desk


@pytest.mark.django_db
def test_a_visitor_is_sent_to_our_own_sign_in_page_and_back(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('storefront:sign-in')}?by=password&next=%2Fadmin%2F"


@pytest.mark.django_db
def test_a_buyer_is_told_so_instead_of_sent_in_a_circle(client: Client) -> None:
    client.force_login(make_user(name="Bob"))
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.django_db
def test_the_policy_is_relaxed_for_the_theme_and_no_further(desk: Desk) -> None:
    policy = desk("operations").get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval' 'unsafe-inline'" in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy


@pytest.mark.django_db
def test_signing_out_leads_back_to_the_shop(desk: Desk) -> None:
    answer = desk("operations").post("/admin/logout/")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("storefront:home"))


@pytest.mark.django_db
def test_nothing_is_added_changed_or_deleted_by_hand(chief: Client) -> None:
    """A state field nobody can type into; what describes something, and goes through a service, is the exception."""
    by_hand = {
        "catalog.category",
        "auth.group",
        "community.community",
        "community.membertier",
        "community.segmentrule",
        "community.tag",
        "marketing.channelcode",
        "marketing.coupontemplate",
        "marketing.referralprogramme",
        "marketing.welcomeprogramme",
        "risk.riskitem",
    }
    for model in admin.site._registry:
        label = model._meta.label_lower
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        added = chief.get(reverse(f"{base}_add"))
        assert (added.status_code == 200) is (label in by_hand), label


@pytest.mark.django_db
def test_each_list_opens_for_the_chief_and_none_for_an_operator_without_a_group(chief: Client, desk: Desk) -> None:
    stranger = desk()
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert chief.get(address).status_code == 200, address
        assert stranger.get(address).status_code == 403, address


@pytest.mark.django_db
def test_the_sidebar_shows_only_what_may_be_opened(desk: Desk) -> None:
    page = desk("finance").get("/admin/").content.decode()
    assert reverse("admin:payments_refund_changelist") in page
    assert reverse("admin:accounts_user_changelist") not in page
    assert reverse("admin:catalog_category_changelist") not in page


@pytest.mark.django_db
def test_the_theme_speaks_chinese(desk: Desk) -> None:
    """K3: its own words come from locale/zh_Hans."""
    page = desk("operations").get(reverse("admin:accounts_merchant_changelist")).content.decode()
    for english in ("Type to search", "Apply Filters", "Select value"):
        assert english not in page


@pytest.mark.django_db
def test_an_operator_finds_the_way_in_from_their_own_page(chief: Client, client: Client) -> None:
    assert 'href="/admin/"' in chief.get("/me/").content.decode()
    client.force_login(make_user(name="Bob"))
    assert 'href="/admin/"' not in client.get("/me/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["accounts/merchant", "campaigns/campaign", "payments/refund", "common/eventdelivery"])
def test_a_number_that_is_none_leads_back_to_the_list(chief: Client, page: str) -> None:
    assert chief.get(f"/admin/{page}/nonsense/change/").status_code == 302


@pytest.mark.django_db
def test_the_tab_of_the_browser_carries_our_mark(chief: Client) -> None:
    assert 'rel="icon"' in chief.get("/admin/").content.decode()
