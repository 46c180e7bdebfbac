"""Operators at their desks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import make_operator, make_user

Desk = Callable[..., Client]


@pytest.fixture
def desk() -> Desk:
    """The browser of an operator in these groups."""

    def sit(*groups: str) -> Client:
        browser = Client()
        browser.force_login(make_operator(*groups))
        return browser

    return sit


@pytest.fixture
def chief() -> Client:
    """The browser of a superuser."""
    person: User = make_user(name="Sophie")
    get_user_model().objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    browser = Client()
    browser.force_login(User.objects.get(pk=person.pk))
    return browser


def decide(browser: Client, action: str, thing: Any, **answers: Any) -> Any:
    """Answer the dialog of an action on the page of a thing."""
    return browser.post(reverse(f"admin:{action}", args=[thing.pk]), {"_form_submitted": "on"} | answers)


def page_of(browser: Client, thing: Any) -> Any:
    """The page of a thing."""
    meta = thing._meta
    return browser.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk]))
