"""The browser of the browser tests."""

from pathlib import Path

import pytest

from groupbuy.local import browser


def test_without_a_browser_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LookupError, match="apt-get install chromium"):
        browser.launch_options()
