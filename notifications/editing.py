"""What operators may write in place of a text of the house: its words, and what it speaks of; nothing else."""

from django.template import TemplateSyntaxError
from django.template.base import Lexer, TokenType
from django.utils.translation import gettext as _

from common.errors import InvalidField
from notifications.samples import sample
from notifications.sources import filters_in, names_in, plain_text_of
from notifications.wording import LONGEST_TITLE, Wording, engine, rendered

LONGEST_BODY = 1000
LONGEST_TEXT = 4000
TAGS = frozenset({"if", "elif", "else", "endif", "for", "empty", "endfor"})
FILTERS = frozenset({"yuan", "date", "default", "truncatechars", "linebreaksbr", "length", "percent"})


def check_text(kind: str, language: str, text: str) -> Wording:
    """What a text says about invented things. Raises InvalidField, about `text`, for what may not be saved."""
    if len(text) > LONGEST_TEXT:
        raise InvalidField("text", _("模板最多 %(most)s 个字") % {"most": LONGEST_TEXT})
    house = plain_text_of(kind, language)
    _check_tags(text)
    _check_words(text, house)
    try:
        wording = preview(kind, language, text)
    except (TemplateSyntaxError, ValueError, TypeError) as error:
        raise InvalidField("text", _("模板写错了：%(error)s") % {"error": error}) from error
    return _check_lengths(wording)


def preview(kind: str, language: str, text: str = "") -> Wording:
    """What somebody would read, with invented values; without a text that of the house."""
    house = engine().get_template(f"messages/{kind}.txt")
    template = engine().from_string(text) if text else house
    names = names_in(plain_text_of(kind, language))
    return rendered(template, language=language, context=sample(names))


def _check_tags(text: str) -> None:
    for token in Lexer(text).tokenize():
        tag = token.contents.partition(" ")[0] if token.token_type == TokenType.BLOCK else ""
        if tag and tag not in TAGS:
            raise InvalidField("text", _("不能用标签 %(tag)s") % {"tag": tag})


def _check_words(text: str, house: str) -> None:
    """It speaks of what the text of the house speaks of, and shows it by the filters there are."""
    try:
        unknown = names_in(text) - names_in(house)
    except ValueError as error:
        raise InvalidField("text", _("模板写错了：%(error)s") % {"error": "for"}) from error
    if unknown:
        raise InvalidField("text", _("没有这个变量：%(names)s") % {"names": "、".join(sorted(unknown))})
    if strange := filters_in(text) - FILTERS - filters_in(house):
        raise InvalidField("text", _("不能用过滤器 %(name)s") % {"name": "、".join(sorted(strange))})


def _check_lengths(wording: Wording) -> Wording:
    if not wording.title:
        raise InvalidField("text", _("第一行是标题，不能空着"))
    if len(wording.title) >= LONGEST_TITLE:
        raise InvalidField("text", _("标题太长，最多 %(most)s 个字") % {"most": LONGEST_TITLE - 1})
    if len(wording.body) > LONGEST_BODY:
        raise InvalidField("text", _("正文太长，最多 %(most)s 个字") % {"most": LONGEST_BODY})
    return wording
