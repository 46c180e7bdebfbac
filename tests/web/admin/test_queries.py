"""A list asks the same number of questions however long it is."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.accounts import make_user
from tests.factories.campaigns import join_and_pay, make_open

MOST_QUERIES = 20


def count(browser: Client, model: Any) -> int:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def grow(people: int) -> None:
    for _ in range(people):
        join_and_pay(make_user(), make_open())


@pytest.mark.django_db
def test_no_list_asks_more_for_more_rows(chief: Client, scripted_gateway: object) -> None:
    grow(2)
    few = {model._meta.label: count(chief, model) for model in admin.site._registry}
    grow(4)
    many = {model._meta.label: count(chief, model) for model in admin.site._registry}
    assert {label: number for label, number in many.items() if number > few[label]} == {}
    assert max(many.values()) <= MOST_QUERIES
