"""Either theme on a page, whatever the device prefers: the roles of that theme, taken out of the tokens once more."""

import re
from functools import cache

from django.contrib.staticfiles import finders

DARK = re.compile(r"@media screen and \(prefers-color-scheme: dark\) \{\s*(:root \{.*?\})\s*\}", re.DOTALL)
LIGHT = re.compile(r"^:root \{.*?^\}", re.DOTALL | re.MULTILINE)
THEMES = {"light": LIGHT, "dark": DARK}


@cache
def roles(theme: str) -> str:
    """A style sheet that settles the theme; "light" or "dark"."""
    path = finders.find("css/tokens.css")
    with open(str(path), encoding="utf-8") as tokens:
        found = THEMES[theme].search(tokens.read())
    assert found, f"tokens.css has no roles for {theme}"
    return found[found.lastindex or 0]
