"""The component sheet shows everything there is, in either theme."""

from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Merchant
from tests.factories.accounts import make_merchant, make_staff
from tests.web.backoffice.desks import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    merchant: Merchant = make_merchant()
    return Desk(make_staff(merchant, "support"), merchant)


def test_every_component_is_on_the_sheet(desk: Desk) -> None:
    """Whoever adds one draws it in web/backoffice/components/specimens.py."""
    page = desk.read("components/")
    files = sorted(file.name for file in Path(settings.BASE_DIR, "templates/components").glob("_*.html"))
    assert len(files) > 25
    assert [name for name in files if f"components/{name}<" not in page] == []


def test_no_id_stands_twice(desk: Desk) -> None:
    ids = [part.split('"')[0] for part in desk.read("components/").split(' id="')[1:]]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_a_theme_is_settled_for_this_page_only(desk: Desk) -> None:
    dark = desk.read("components/dark.css")
    light = desk.read("components/light.css")
    assert "color-scheme: dark" in dark
    assert "color-scheme: light" in light
    assert "@media" not in dark + light
    assert "components/dark.css" in desk.read("components/", theme="dark")
    assert "components/dark.css" not in desk.read("components/", theme="pink")
    assert "components/dark.css" not in desk.read()
    assert desk.get("components/pink.css").status_code == 404
