"""The OpenAPI document tells the truth: whatever is sent, the answer is one it names, in the shape it names."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, TestCase, override_settings
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from accounts.models import User
from accounts.services.tokens import issue_token
from campaigns.models import Campaign
from groupbuy.wsgi import application
from orders.models import Order
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import join_as, make_draft, make_open
from tests.fixtures.gateways import PATH

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


class World:
    """Real things behind the addresses, so that more than the 404 is tried."""

    def __init__(self) -> None:
        self.campaign: Campaign = make_open()
        self.draft: Campaign = make_draft()
        self.owner: User = owner_of(self.draft.merchant)
        self.order: Order = join_as(self.owner, self.campaign)
        join_as(make_user(name="Bob"), self.campaign)

    def put_into(self, case: Any) -> None:
        """Real codes and numbers instead of made-up ones."""
        known = {
            "/campaigns/": self.campaign.code,
            "/products/": self.campaign.skus.get().sku.product.code,
            "/merchant/campaigns/": self.draft.code,
            "/merchant/skus/": self.draft.skus.get().sku.code,
            "/merchant/products/": self.draft.skus.get().sku.product.code,
            "/merchant/pickup-points/": self.draft.pickup_points.get().code,
        }
        area = case.path.removeprefix("/api/v1").partition("{")[0]
        if "code" in case.path_parameters and area in known:
            case.path_parameters["code"] = known[area]
        if "number" in case.path_parameters and area == "/orders/":
            case.path_parameters["number"] = self.order.number

    def token(self) -> str:
        """A fresh one each time: one of the paths takes it away."""
        return f"Token {issue_token(user=self.owner, label='fuzz', now=timezone.now())}"


class Kept(TestCase):
    """A transaction around all tests of this module, so that its world is made once."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    # Django's own test client does the same: the transaction outlives its requests.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    with django_db_blocker.unblock(), override_settings(PAYMENT_GATEWAYS={"sandbox": PATH}):
        Kept.setUpClass()
        yield World()
        Kept.tearDownClass()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


QUICK = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": False}}})
schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True), config=QUICK)
schema.app = application


@schema.parametrize()
@settings(max_examples=4, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_a_documented_one(case: Any, world: World) -> None:
    """K4."""
    world.put_into(case)
    case.call_and_validate(checks=CHECKS, headers={"Authorization": world.token()})


@pytest.mark.django_db
def test_the_document_names_every_promised_path(client: Client) -> None:
    paths = set(client.get("/api/schema/?format=json").json()["paths"])
    promised = {
        "auth/sms-codes/",
        "auth/register/",
        "auth/login/",
        "campaigns/",
        "campaigns/{code}/",
        "campaigns/{code}/quote/",
        "campaigns/{code}/join/",
        "orders/",
        "orders/{number}/",
        "orders/{number}/cancel/",
        "orders/{number}/payments/",
        "orders/{number}/pickup-point/",
        "pickup-points/",
        "merchant/products/",
        "merchant/skus/",
        "merchant/skus/{code}/stock/",
        "merchant/campaigns/",
        "merchant/campaigns/{code}/submit/",
        "merchant/campaigns/{code}/cancel/",
        "merchant/orders/",
        "merchant/orders/ready/",
        "merchant/pickups/verify/",
        "merchant/pickup-points/",
        "sandbox/sms/{phone}/",
        "sandbox/payments/{number}/{outcome}/",
    }
    assert {f"/api/v1/{path}" for path in promised} <= paths


@pytest.mark.django_db
def test_the_reader_runs_under_a_policy_without_inline_scripts(client: Client) -> None:
    answer = client.get("/api/docs/")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "<script>" not in answer.content.decode()
