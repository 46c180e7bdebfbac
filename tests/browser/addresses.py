"""Every page there is, found by walking the URLconf: what is added later is looked at without anybody saying so."""

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from web.backoffice.campaigns.wizard import steps
from web.backoffice.components.themes import THEMES
from web.posters.drawing import PRINTS

Known = list[tuple[str, str, str]]
MOST_TRIES = 40
# Enough where somebody else has already seen that page.
TRIES_AGAIN = 4
# The states of these look different; of everything else one is enough.
OF_EACH_STATE = {"order": 5, "campaign": 4, "campaign-step": 9}
# Arguments that are words of ours and no value of a table.
WORDS = {
    "step": steps.NAMES,
    "size": tuple(PRINTS),
    "name": tuple(THEMES),
    "gateway": ("wechat",),
    "report": ("orders",),
}
# Folders whose names are too short to say what stands in them.
SHORT = {"s": "sharelink"}


@dataclass
class Found:
    """The pages a person can open, the names of all addresses that answered at all, and of those that were pages."""

    pages: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)


def patterns(face: str) -> list[URLPattern]:
    """The patterns of a namespace."""

    def walk(level: Any) -> Iterator[URLPattern]:
        for entry in level:
            yield from walk(entry.url_patterns) if isinstance(entry, URLResolver) else [entry]

    faces: list[Any] = get_resolver().url_patterns
    return [pattern for each in faces if getattr(each, "app_name", "") == face for pattern in walk(each.url_patterns)]


def known_values() -> Known:
    """(model, field, value) of whatever can stand in an address; the newest few of each."""
    kinds = {"code", "number", "id"}
    return [
        (str(model._meta.model_name), kind, str(value))
        for model in apps.get_models()
        for kind in sorted(kinds & {each.name for each in model._meta.get_fields()})
        for value in model._default_manager.order_by("-pk").values_list(kind, flat=True)[:9]
        if value
    ]


def likely(argument: str, pattern: URLPattern, known: Known) -> list[str]:
    """Values for an argument of an address: those of the models its words speak of, all where they speak of none."""
    if argument in WORDS:
        return list(WORDS[argument])
    kind = next((kind for kind in ("code", "number") if argument.endswith(kind)), "id")
    fitting = [(len(model), model, value) for model, each, value in known if each == kind]
    for word in words_before(argument, pattern):
        spoken_of = [found for found in fitting if word in found[1]]
        if spoken_of:
            return [value for _length, _model, value in sorted(spoken_of, key=lambda found: found[0])]
    return [value for _length, _model, value in fitting]


def words_before(argument: str, pattern: URLPattern) -> Iterator[str]:
    """What an argument may be about: its own name (payment_number), then the folder before it (campaigns/<code>)."""
    before, _, _after = str(pattern.pattern).partition(f":{argument}>")
    folders = before.split("/")[:-1]
    for word in (argument.rpartition("_")[0], *(SHORT.get(folder, folder) for folder in folders[-1:])):
        singular = word.removesuffix("es") if word.endswith("sses") else word.removesuffix("s")
        if singular:
            yield singular


def ways(pattern: URLPattern, known: Known, fixed: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Arguments worth a try, likeliest first."""
    free = {
        argument: likely(argument, pattern, known) for argument in pattern.pattern.converters if argument not in fixed
    }
    for chosen in itertools.product(*free.values()):
        yield fixed | dict(zip(free, chosen, strict=True))


def is_page(answer: HttpResponseBase) -> bool:
    """A whole document, neither a part for a swap nor a file."""
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and is_html and b"<html" in getattr(answer, "content", b"")[:2000]


def pages_of(face: str, person: User | None, *, seen: Collection[str] = (), **fixed: str) -> Found:
    """Where this person gets to; names that others have `seen` as pages are tried less hard.

    A redirect, a file, a part and "only by POST" are answers, and no pages.
    """
    client, known, found = Client(), known_values(), Found()
    if person is not None:
        client.force_login(person)
    for pattern in patterns(face):
        name = str(pattern.name)
        enough = OF_EACH_STATE.get(name, 1)
        most = TRIES_AGAIN if name in seen else MOST_TRIES
        for arguments in itertools.islice(ways(pattern, known, {} if name == "entry" else fixed), most):
            path = reverse(f"{face}:{name}", kwargs=arguments)
            answer = client.get(path)
            if answer.status_code in (403, 404):
                continue
            found.names.add(name)
            if is_page(answer):
                found.pages.append(path)
                found.opened.add(name)
            enough -= 1
            if not enough or not arguments:
                break
    return found
