"""Requests no button of ours makes: bytes nobody types, addresses that are no pages, forms sent after signing out."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.web.storefront.pages import browser_of, says

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/campaigns/?q=%00", "/campaigns/a%00b/", "/orders/%00/", "/campaigns/progress/?seen=%00"]
)
def test_a_nul_byte_in_an_address_leads_nowhere(path: str) -> None:
    answer = browser_of(make_user()).get(path)
    assert answer.status_code == 404
    assert "这个页面不在了" in says(answer)


def test_a_nul_byte_in_a_form_of_the_back_office_leads_nowhere() -> None:
    merchant = make_merchant()
    answer = browser_of(owner_of(merchant)).post(f"/backoffice/{merchant.code}/orders/ready/", {"order": "G\0"})
    assert answer.status_code == 404


def test_a_program_that_sends_a_nul_byte_is_answered_by_the_api_itself(client: Client) -> None:
    assert client.get("/api/v1/campaigns/?search=%00")["Content-Type"].startswith("application/")


@pytest.mark.parametrize(
    "wanted", ["home", "9999", "https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_only_a_page_of_ours_is_a_way_back(wanted: str) -> None:
    answer = browser_of(make_user()).get("/sign-in/", {"next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("path", ["/sign-out/", "/language/", "/inbox/read/"])
def test_the_address_of_a_button_says_so_when_it_is_opened(path: str) -> None:
    answer = browser_of(make_user()).get(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这一步要按页面上的按钮来做" in says(answer)


def test_who_presses_a_button_after_signing_out_comes_back_to_its_page(client: Client) -> None:
    page = "http://testserver/backoffice/X/orders/?state=preparing"
    answer = client.post("/backoffice/X/orders/ready/", headers={"Referer": page})
    assert answer["Location"] == "/sign-in/?next=" + quote("/backoffice/X/orders/?state=preparing", safe="/")


def test_a_page_elsewhere_is_not_where_one_comes_back_to(client: Client) -> None:
    answer = client.post("/inbox/read/", headers={"Referer": "https://elsewhere.example/trap/"})
    assert answer["Location"] == "/sign-in/?next=/inbox/read/"


def test_a_part_asked_for_after_signing_out_takes_the_whole_page_to_the_sign_in(client: Client) -> None:
    page = "http://testserver/orders/G2611220001/paid/"
    answer = client.get("/orders/G2611220001/paid/", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"] == "/sign-in/?next=/orders/G2611220001/paid/"
