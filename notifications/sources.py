"""The texts of the house, read as texts: without translation tags, and with what they may speak of."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils import translation
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

OWN_WORDS = re.compile(r"%\((\w+)\)s")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
FILTERS_AND_WORDS = re.compile(r"\|\w+(?::[\w.]+)?")
FILTER = re.compile(r"\|\s*(\w+)")
SAY_NOTHING = frozenset({"load", "localtime", "endlocaltime", "autoescape", "endautoescape", "comment", "endcomment"})
OPERATORS = frozenset({"and", "or", "not", "in", "is", "if", "elif", "True", "False", "None"})


def source_of(kind: str) -> str:
    """The file of a kind, as it was written."""
    return Path(settings.BASE_DIR, "templates", "messages", f"{kind}.txt").read_text(encoding="utf-8")


def plain_text_of(kind: str, language: str) -> str:
    """The same in one language, with what it says spelt out where a tag would have looked up a translation."""
    with translation.override(language):
        return "".join(_plain(iter(Lexer(source_of(kind)).tokenize()))).strip()


def names_in(text: str) -> set[str]:
    """What a text without translation tags speaks of, as dotted names; items of a list carry the list's name and []."""
    found: set[str] = set()
    loops: dict[str, str] = {}
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents.startswith("for "):
            _for, item, _in, listed = token.contents.split()[:4]
            found.add(_spelt(listed, loops))
            loops[item] = f"{_spelt(listed, loops)}[]"
        else:
            found |= {_spelt(name, loops) for name in _names(token)}
    return found


def expressions_in(text: str) -> list[str]:
    """What stands between double braces, each once, for whoever writes another text."""
    tokens = Lexer(text).tokenize()
    return list(dict.fromkeys(token.contents for token in tokens if token.token_type == TokenType.VAR))


def filters_in(text: str) -> set[str]:
    """The filters that a text uses."""
    return {name for token in Lexer(text).tokenize() for name in FILTER.findall(QUOTED.sub("", token.contents))}


def _names(token: Token) -> set[str]:
    """The names in one token; filters, their arguments and quoted words are none."""
    if token.token_type not in (TokenType.VAR, TokenType.BLOCK):
        return set()
    bare = FILTERS_AND_WORDS.sub("", QUOTED.sub("", token.contents))
    words = bare.split()
    if token.token_type == TokenType.BLOCK and words[0] not in ("if", "elif"):
        return set()
    return {name for word in words for name in NAME.findall(word)} - OPERATORS


def _spelt(name: str, loops: dict[str, str]) -> str:
    first, dot, rest = name.partition(".")
    return loops.get(first, first) + dot + rest


def _plain(tokens: Iterator[Token]) -> Iterator[str]:
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type == TokenType.VAR:
            yield f"{{{{ {token.contents} }}}}"
        elif token.token_type == TokenType.BLOCK:
            yield _block(token, tokens)


def _block(token: Token, tokens: Iterator[Token]) -> str:
    tag, *rest = smart_split(token.contents)
    if tag in SAY_NOTHING:
        return ""
    if tag in ("translate", "trans"):
        return _said(rest[0][1:-1], rest)
    if tag in ("blocktranslate", "blocktrans"):
        return _translated(tokens, rest)
    return f"{{% {token.contents} %}}"


def _translated(tokens: Iterator[Token], rest: list[str]) -> str:
    """The sentence up to the end of its block, in the active language, with each name put back as what it stands for;
    of two forms the one for one."""
    stands_for = dict(word.partition("=")[::2] for word in rest if "=" in word)
    sentence, is_first = "", True
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            is_first = False
            if token.contents.startswith("end"):
                break
        elif is_first:
            is_name = token.token_type == TokenType.VAR
            sentence += f"%({token.contents})s" if is_name else token.contents.replace("%", "%%")
    words = _said(trim_whitespace(sentence) if "trimmed" in rest else sentence, rest)
    return OWN_WORDS.sub(lambda name: f"{{{{ {stands_for.get(name[1], name[1])} }}}}", words).replace("%%", "%")


def _said(sentence: str, rest: list[str]) -> str:
    """In the active language; some sentences say in which context they are meant."""
    if "context" in rest:
        return str(translation.pgettext(rest[rest.index("context") + 1][1:-1], sentence))
    return translation.gettext(sentence)
