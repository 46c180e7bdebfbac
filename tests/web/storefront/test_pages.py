"""What is true of every page: strict policy, landmarks, labels, a way out of every error."""

import re
from html.parser import HTMLParser

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from common.errors import Unavailable
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import join_and_pay, join_as, make_open, make_point
from tests.web.storefront.pages import browser_of, says, text_of
from web.failures import server_error
from web.middleware import RefusalPages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]


class Reader(HTMLParser):
    """Collects what the rules are about."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.sins: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        if "id" in named:
            self.ids.append(named["id"] or "")
        if tag == "label":
            self.labelled.add(named.get("for") or "")
        if tag in ("input", "select", "textarea") and named.get("type") not in ("hidden", "radio"):
            self.inputs.append(named)
        if tag == "style" or "style" in named or any(name.startswith("on") for name in named):
            self.sins.append(f"<{tag} {named}>")
        if tag == "script" and not named.get("src"):
            self.sins.append("inline script")
        if tag == "img" and "alt" not in named:
            self.sins.append(f"no alt: {named}")


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def addresses() -> list[tuple[Client, str]]:
    """Every kind of page, as the person who may see it."""
    alice, merchant = make_user(), make_merchant()
    points = [make_point(merchant, name) for name in ("东门", "西门")]
    campaign = make_open(merchant, points=points, delivers=True, limit_per_person=9)
    unpaid, paid = join_as(alice, campaign), join_and_pay(alice, campaign)
    nobody, hers = browser_of(), browser_of(alice)
    public = ["/", "/campaigns/", f"/campaigns/{campaign.code}/", "/sign-in/", "/sign-in/?by=password", "/register/"]
    public += ["/reset-password/", "/sandbox/phone/", "/terms/"]
    own = ["/", f"/campaigns/{campaign.code}/", f"/campaigns/{campaign.code}/join/", "/orders/", "/inbox/", "/me/"]
    own += [f"/orders/{unpaid.number}/", f"/orders/{unpaid.number}/pay/", f"/orders/{paid.number}/"]
    own += [f"/orders/{paid.number}/point/"]
    own += [f"/orders/{paid.number}/leave/", "/me/profile/", "/me/addresses/", "/me/addresses/new/", "/me/apply/"]
    return [(nobody, path) for path in public] + [(hers, path) for path in own]


def test_every_page_keeps_the_rules() -> None:
    """No inline style, script or handler; one main, one h1, no id twice; every field has a label."""
    for client, path in addresses():
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "script-src 'self'" in answer["Content-Security-Policy"], path
        reader = read(text_of(answer))
        assert reader.sins == [], path
        assert (reader.tags.count("main"), reader.tags.count("h1")) == (1, 1), path
        assert len(reader.ids) == len(set(reader.ids)), (path, sorted(reader.ids))
        for field in reader.inputs:
            assert field.get("aria-label") or field.get("id") in reader.labelled, (path, field)


def test_every_page_offers_a_skip_link_and_its_language() -> None:
    for client, path in addresses():
        page = text_of(client.get(path))
        assert 'href="#main"' in page, path
        assert re.search(r'<html lang="zh-hans" data-now="\d{4}-', page), path


def test_in_english_no_page_breaks() -> None:
    """K3: the same pages, read in English."""
    for client, path in addresses():
        client.cookies["django_language"] = "en"
        assert client.get(path).status_code == 200, path


def test_what_is_not_there_offers_a_way_on(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "这个页面不在了，团可能已经结束" in says(answer)
    assert 'href="/campaigns/"' in text_of(answer)


def test_a_form_that_is_too_old_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"phone": "1"})
    assert answer.status_code == 403
    assert "页面放得太久了" in says(answer)
    assert 'href="/sign-in/"' in text_of(answer)


def request() -> HttpRequest:
    made = RequestFactory().get("/somewhere/")
    made.user = make_user()
    return made


def test_a_refusal_nobody_caught_becomes_a_page_with_its_sentence() -> None:
    answer = RefusalPages(lambda _request: None).process_exception(request(), Unavailable())  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == 503
    assert "暂时连不上，请稍后再试" in says(answer)
    assert "你的钱和订单没有变" in says(answer)


def test_a_fault_shows_a_reference_and_touches_no_database(django_assert_num_queries: object) -> None:
    made = request()
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = server_error(made)
    assert answer.status_code == 500
    assert re.search(r"编号 [0-9A-F]{4}", says(answer))
