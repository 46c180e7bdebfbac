"""What the pages carry: our styles and scripts stay small, keep the policy, and know no other host."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "web" / "static"
# Three sheets for three fronts, uncompressed; a phone loads two of them, about a fifth of that over the wire.
MOST_STYLE, MOST_SCRIPT = 90_000, 24_000

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab)\(|:\s*(?:white|black|red|green|blue|orange)\b", re.IGNORECASE
)
# Names of namespaces are no addresses anybody fetches.
HOST = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE)
INLINE = re.compile(r"<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?![^>]*\b(?:src|nonce)=)", re.IGNORECASE)
CLASS = re.compile(r"\.(-?[a-z_][\w-]*)", re.IGNORECASE)
WORD = re.compile(r"[\w-]+")
TAG = re.compile(r"\{[{%#].*?[}%#]\}")
# A name that is put together: `pic--{{ size }}`, `icon--{size}`.
STEM = re.compile(r"([a-z][\w-]*(?:--|__))(?=\{)")
# Classes that a library writes into the page.
OF_OTHERS = ("ProseMirror", "prose-")


def styles() -> list[Path]:
    return sorted((STATIC / "css").glob("*.css"))


def scripts() -> list[Path]:
    return sorted((STATIC / "js").glob("*.js"))


def templates() -> list[Path]:
    """Every page of ours; the texts of messages are no pages."""
    return sorted((ROOT / "templates").rglob("*.html"))


def bytes_of(files: list[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def without_comments(style: Path) -> str:
    return COMMENT.sub("", style.read_text())


def found(pattern: re.Pattern[str], files: list[Path]) -> dict[str, list[str]]:
    texts = {str(file.relative_to(ROOT)): TAG.sub("", COMMENT.sub("", file.read_text())) for file in files}
    hits = {name: pattern.findall(text) for name, text in texts.items()}
    return {name: matches for name, matches in hits.items() if matches}


def test_style_and_script_stay_within_their_budgets() -> None:
    assert bytes_of(styles()) < MOST_STYLE
    assert bytes_of(scripts()) < MOST_SCRIPT


def test_no_page_carries_style_handlers_or_script_of_its_own() -> None:
    """The policy would refuse them, and the page would be broken in silence."""
    assert found(INLINE, templates()) == {}
    assert found(SCRIPT, templates()) == {}


def test_nothing_is_fetched_from_anybody_else() -> None:
    assert found(HOST, [*templates(), *styles(), *scripts()]) == {}


def test_colours_are_named_by_their_role() -> None:
    """A literal outside the tokens would stay light in the dark."""
    assert found(COLOUR, [style for style in styles() if style.name != "tokens.css"]) == {}


def test_light_and_dark_know_the_same_colours() -> None:
    light, dark = without_comments(STATIC / "css" / "tokens.css").split("prefers-color-scheme: dark", 1)
    coloured = {name for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", light) if COLOUR.search(f": {value}")}
    same_in_both = {"--paper", "--over", "--on-over"}
    assert coloured - set(re.findall(r"(--[\w-]+):", dark)) == same_in_both


def test_every_role_that_is_used_is_defined() -> None:
    style = "".join(without_comments(each) for each in styles())
    asked = set(re.findall(r"var\((--[\w-]+)\)", style))
    assert asked - set(re.findall(r"(--[\w-]+)\s*:", style)) == set()


def pages() -> Iterator[str]:
    """Whatever can name a class: templates, the code that writes markup, and scripts."""
    for file in (*templates(), *(ROOT / "web").rglob("*.py"), *scripts()):
        yield file.read_text()


def test_no_class_is_styled_that_no_page_uses() -> None:
    sources = list(pages())
    words = {word for text in sources for word in WORD.findall(text)}
    stems = tuple({stem for text in sources for stem in STEM.findall(text)}) + OF_OTHERS
    heads = [head for style in styles() for head in re.findall(r"([^{}]+)\{", without_comments(style))]
    styled = {name for head in heads for name in CLASS.findall(head)}
    assert {name for name in styled - words if not name.startswith(stems)} == set()


@pytest.mark.parametrize("style", styles(), ids=lambda style: style.name)
def test_the_braces_of_a_style_sheet_match(style: Path) -> None:
    """A browser drops what follows an open brace without a word."""
    text = without_comments(style)
    assert text.count("{") == text.count("}")
