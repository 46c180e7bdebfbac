"""The pictures of the README, without taking them."""

import re
from pathlib import Path

import pytest

from groupbuy.local.environment import PROJECT_ROOT
from groupbuy.local.run import DEMO_PEOPLE
from groupbuy.local.screenshots import FOLDER, MOST_BYTES, SHOTS


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_every_picture_that_is_taken_and_no_other(name: str) -> None:
    shown = re.findall(r'src="docs/screenshots/([\w-]+)\.png"', (PROJECT_ROOT / name).read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(shot.name for shot in SHOTS)


def test_somebody_of_the_demo_looks_at_each_page() -> None:
    phones = {phone for phone, _role in DEMO_PEOPLE}
    assert {shot.person for shot in SHOTS} <= phones | {""}


def test_the_pictures_that_are_kept_are_small() -> None:
    kept: list[Path] = list(FOLDER.glob("*.png"))
    assert sum(picture.stat().st_size for picture in kept) <= MOST_BYTES
