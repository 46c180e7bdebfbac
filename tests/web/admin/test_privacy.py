"""A7: operators work with masked people; each look behind the mask needs a reason and is written down."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from common.models import AuditEntry
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import join_and_pay, make_open
from tests.web.admin.conftest import Desk, decide, page_of

PHONE, NAME = "13811112222", "王小明"
CONTACT = ("王果", "13900000001")


@pytest.mark.django_db
def test_no_list_and_no_page_shows_a_phone_or_a_name(chief: Client, scripted_gateway: object) -> None:
    alice = make_user(PHONE, name=NAME)
    order = join_and_pay(alice, make_open())
    pages = [
        chief.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        for model in admin.site._registry
    ]
    pages += [chief.get("/admin/"), page_of(chief, alice), page_of(chief, order), page_of(chief, order.merchant)]
    for page in pages:
        assert page.status_code == 200
        shown = page.content.decode()
        for secret in (PHONE, NAME, *CONTACT):
            assert secret not in shown, page.request["PATH_INFO"]
    assert "138****2222" in page_of(chief, alice).content.decode()


@pytest.mark.django_db
def test_a_phone_number_finds_its_person_by_the_keyed_hash(chief: Client, scripted_gateway: object) -> None:
    alice = make_user(PHONE, name=NAME)
    make_user(name="Bob")
    order = join_and_pay(alice, make_open())
    people = chief.get(reverse("admin:accounts_user_changelist"), {"q": "138 1111 2222"})
    assert [person.pk for person in people.context["cl"].result_list] == [alice.pk]
    orders = chief.get(reverse("admin:orders_order_changelist"), {"q": PHONE})
    assert [found.pk for found in orders.context["cl"].result_list] == [order.pk]
    assert chief.get(reverse("admin:accounts_user_changelist"), {"q": "\x00"}).status_code == 404


@pytest.mark.django_db
def test_looking_behind_the_mask_needs_a_reason_and_leaves_a_row(chief: Client) -> None:
    alice = make_user(PHONE, name=NAME)
    refused = decide(chief, "accounts_user_reveal_personal_data", alice, note="")
    assert PHONE not in refused.content.decode()
    shown = decide(chief, "accounts_user_reveal_personal_data", alice, note="客诉回访")
    assert PHONE in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    look = AuditEntry.objects.get(action="personal_data.reveal")
    assert (look.subject, look.detail) == (f"user:{alice.code}", {"note": "客诉回访"})


@pytest.mark.django_db
def test_who_may_only_look_does_not_look_behind_the_mask(desk: Desk) -> None:
    alice = make_user(PHONE, name=NAME)
    answer = decide(desk("support"), "accounts_user_reveal_personal_data", alice, note="好奇")
    assert answer.status_code == 403
    assert not AuditEntry.objects.filter(action="personal_data.reveal").exists()


@pytest.mark.django_db
def test_a_licence_is_shown_to_who_decides_and_to_nobody_else(desk: Desk, client: Client) -> None:
    """A2, A7."""
    merchant = make_merchant(approved=False)
    address = reverse("admin:accounts_merchant_licence", args=[merchant.pk])
    shown = desk("operations").get(address)
    assert shown.headers["Content-Type"] == "image/webp"
    assert "no-store" in shown.headers["Cache-Control"]
    assert AuditEntry.objects.get(action="merchant.see_licence").subject == f"merchant:{merchant.code}"
    assert desk("support").get(address).status_code == 403
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address, follow=True).status_code == 403


@pytest.mark.django_db
def test_the_licence_lies_under_no_public_address(client: Client) -> None:
    merchant = make_merchant()
    assert client.get(f"/media/{merchant.licence.name}").status_code == 404
