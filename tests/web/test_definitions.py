"""J1: every number is defined once, and in the same words to shops and operators."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from accounts.states import StaffRole
from analytics.metrics import ALL
from tests.factories.accounts import make_merchant, make_operator, make_staff
from tests.web.backoffice.desks import Desk


@pytest.mark.django_db
def test_shops_and_operators_read_the_same_of_every_metric(client: Client) -> None:
    merchant = make_merchant()
    shop = Desk(make_staff(merchant, StaffRole.WAREHOUSE), merchant).read("metrics/")
    client.force_login(make_operator())
    house = html.unescape(client.get(reverse("admin:metrics")).content.decode())
    for metric in ALL:
        for page in (shop, house):
            assert f'id="{metric.key}"' in page
            assert str(metric.name) in page
            assert str(metric.definition) in page


@pytest.mark.django_db
def test_the_way_there_starts_at_the_numbers(client: Client) -> None:
    client.force_login(make_operator())
    assert reverse("admin:metrics") in client.get("/admin/").content.decode()
