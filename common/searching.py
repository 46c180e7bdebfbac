"""Finding Chinese words by what people type: characters (脐橙), pinyin (qicheng) or initials (qc)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Q
from pypinyin import Style, lazy_pinyin

# Longer texts are cut: what nobody reads nobody searches for.
MOST_CHARACTERS = 1_000
RUN = re.compile(r"[a-z0-9]+|[^a-z0-9\s]+")
LATIN = re.compile(r"[a-z0-9]+")


def search_text(parts: Iterable[str]) -> str:
    """What a search looks into: of each part three lines, all folded.

    赣南脐橙 5 斤 becomes 「赣南脐橙 5 斤」, its syllables 「gan nan qi cheng 5 jin」 and its initials 「g n q c 5 j」.
    The spaces between syllables say where a match may begin, so that 「an」 finds 安吉 and not every 赣南.
    """
    lines = []
    left = MOST_CHARACTERS
    for part in dict.fromkeys(folded(part) for part in parts):
        text, left = part[:left], left - len(part[:left])
        if text:
            lines += [text, _spelt(text, Style.NORMAL), _spelt(text, Style.FIRST_LETTER)]
    return "\n".join(lines)


def terms(typed: str) -> list[str]:
    """What was typed, folded and cut where spaces are and where Latin meets Chinese: 脐橙5斤 → 脐橙, 5, 斤."""
    return list(dict.fromkeys(RUN.findall(folded(typed))))


def matches(typed: str, *, field: str = "search_text") -> Q:
    """Every term must be there; nothing typed matches everything."""
    wanted = Q()
    for term in terms(typed):
        wanted &= _holds(field, term)
    return wanted


def folded(text: str) -> str:
    """One line, full-width letters made narrow and capitals small, without control characters."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in narrow).split())


def _spelt(text: str, style: Style) -> str:
    return " ".join(_spelt_word(word, style) for word in text.split())


@lru_cache(maxsize=4_096)
def _spelt_word(word: str, style: Style) -> str:
    """No reading reaches over a space, and a shop says the same words of many goods."""
    return word if word.isascii() else " ".join(" ".join(lazy_pinyin(word, style=style)).split())


def _holds(field: str, term: str) -> Q:
    """Characters anywhere; letters and digits from the beginning of a syllable on, over as many as it takes."""
    if LATIN.fullmatch(term):
        return Q(**{f"{field}__regex": r"\m" + " ?".join(term)})
    return Q(**{f"{field}__contains": term})
