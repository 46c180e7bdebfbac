"""What has to be translated: every string that code and templates mark, found without the gettext programs.

Sources are written in Chinese; `locale/en` holds the English. Strings of Django and of libraries are theirs.
"""

import ast
import io
import token
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

FUNCTIONS = {
    "_": ("text",),
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
NOT_OURS = {".venv", ".data", "tests", "bench", "node_modules", "migrations"}


@dataclass(frozen=True)
class Marked:
    """One marked string and where it stands."""

    text: str
    plural: str = ""
    context: str = ""
    place: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def marked_strings(root: Path) -> list[Marked]:
    """Every marked string of the project, each once, in the order of files; a plural serves for its singular too."""
    found: dict[tuple[str, str], Marked] = {}
    for marked in [*_in_python(root), *_in_templates(root)]:
        if marked.plural and not found.get(marked.key, marked).plural:
            found[marked.key] = marked
        found.setdefault(marked.key, marked)
    return list(found.values())


def templates(root: Path, pattern: str) -> Iterator[Path]:
    """The templates of the project and of its apps."""
    return (path for path in sources(root, pattern) if "templates" in path.relative_to(root).parts)


def sources(root: Path, pattern: str) -> Iterator[Path]:
    """The files of a pattern that we wrote and ship."""
    for path in sorted(root.rglob(pattern)):
        if not NOT_OURS.intersection(path.relative_to(root).parts):
            yield path


def _in_python(root: Path) -> Iterator[Marked]:
    for path in sources(root, "*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _of_call(node, place=str(path.relative_to(root)))


def _of_call(node: ast.Call, *, place: str) -> Iterator[Marked]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    yield from _named(name, [text for text in texts if isinstance(text, str)], place=place)


def _in_templates(root: Path) -> Iterator[Marked]:
    for suffix in ("*.html", "*.txt"):
        for path in templates(root, suffix):
            place = str(path.relative_to(root))
            yield from _of_template(templatize(path.read_text(encoding="utf-8"), origin=place), place=place)


def _of_template(source: str, *, place: str) -> Iterator[Marked]:
    """Calls in what Django makes of a template: marked strings as calls, everything else crossed out."""
    flat = "\n".join(line.strip() for line in source.splitlines())
    tokens = list(_tokens(flat))
    for index, entry in enumerate(tokens[:-1]):
        if entry.type == token.NAME and entry.string in FUNCTIONS and tokens[index + 1].string == "(":
            yield from _named(entry.string, list(_arguments(tokens[index + 2 :])), place=place)


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(source).readline)
    except tokenize.TokenError:
        return


def _arguments(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[str]:
    for entry in tokens:
        if entry.type == token.STRING:
            yield ast.literal_eval(entry.string)
        elif entry.string != ",":
            return


def _named(name: str, texts: list[str], *, place: str) -> Iterator[Marked]:
    parts = FUNCTIONS.get(name)
    if parts is not None and len(texts) >= len(parts):
        yield Marked(place=place, **dict(zip(parts, texts, strict=False)))
