"""Finds Chinese that readers of English would see: text that nobody marked for translation."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

from web.translations import FUNCTIONS, sources, templates

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
BODIES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
MARKING = {"translate", "blocktranslate"}
HIDING = {"blocktranslate", "comment"}
ONE_LANGUAGE = re.compile(r'<(\w+)\b[^>]*\blang="zh-hans"[^>]*>.*?</\1>', re.DOTALL)


@dataclass(frozen=True)
class Found:
    """A piece of Chinese and where it stands."""

    place: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.text}"


def in_python(root: Path) -> Iterator[Found]:
    """Literals that are neither marked nor a docstring."""
    for path in sources(root, "*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        allowed = {*_docstrings(tree), *_marked(tree)}
        for node in ast.walk(tree):
            if _is_chinese(node) and id(node) not in allowed:
                yield Found(str(path.relative_to(root)), node.lineno, node.value)  # type: ignore[attr-defined]


def _is_chinese(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(CHINESE.search(node.value))


def _docstrings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, BODIES) and node.body and isinstance(node.body[0], ast.Expr):
            yield id(node.body[0].value)


def _marked(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in FUNCTIONS:
            yield from (id(argument) for argument in node.args)


def in_templates(root: Path) -> Iterator[Found]:
    """Text outside of comments and of the tags that mark it; names of languages stand in their own."""
    for path in [*templates(root, "*.html"), *templates(root, "*.txt")]:
        inside = ""
        for token in Lexer(ONE_LANGUAGE.sub(_blank, path.read_text(encoding="utf-8"))).tokenize():
            name = token.split_contents()[0] if token.token_type == TokenType.BLOCK else ""
            inside = name if name in HIDING else "" if name == f"end{inside}" else inside
            if not inside and name not in MARKING and CHINESE.search(_shown(token)):
                yield Found(str(path.relative_to(root)), token.lineno or 0, token.contents.strip())


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _shown(token: Token) -> str:
    if token.token_type == TokenType.COMMENT:
        return ""
    return re.sub(r'_\("[^"]*"\)', "", token.contents)


def in_scripts(root: Path) -> Iterator[Found]:
    """Scripts have no words of their own: pages hand them over."""
    for path in sources(root, "*.js"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if CHINESE.search(line):
                yield Found(str(path.relative_to(root)), number, line.strip())


def in_page(page: str) -> list[str]:
    """The pieces of Chinese that a page shows or reads out, but for names of languages."""
    return re.findall(r"[^<>\"\n]*" + CHINESE.pattern + r"[^<>\"\n]*", ONE_LANGUAGE.sub("", page))
