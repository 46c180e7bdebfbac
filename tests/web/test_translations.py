"""K3: whoever reads English finds no Chinese, but for what people wrote themselves."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from tests.web import chinese
from web.translations import Marked, marked_strings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd%]")
TAG = re.compile(r"</?\w+")

# Where Chinese may stand unmarked, and why.
EXCEPTIONS = {
    "accounts/doors.py": "how the names of regions end",
    "accounts/regions.py": "a province the library keeps no code of",
    "catalog/models/product.py": "the usual unit, which merchants may change, and a note for developers",
    "*/admin/*.py": "how the operators' pages join names",
    "*/invariants.py": "statements about the books, for whoever runs the platform",
    "common/exports/cells.py": "signs and quotation marks that a formula may hide behind",
    "common/exports/changelists.py": "how the name of an amount says its unit, in Chinese and in English",
    "common/timelines.py": "statements about timelines, for whoever runs the platform",
    "common/decisions.py": "how the operators' pages set off a name",
    "notifications/channels/sms.py": "who sends, as texts begin in China",
    "notifications/editing.py": "how the operators' pages join names",
    "notifications/samples.py": "what a template is tried with: data, not words",
    "web/coupons.py": "how names of goods are joined",
    "payments/sandbox/*.py": "the demo's gateway",
    "payments/gateways/alipay/bill.py": "the columns of Alipay's bill",
    "payments/gateways/wechat/*.py": "the columns of WeChat's bill, its word for yes, and a reason for operators",
    "payments/gateways/sandbox.py": "what the demo's gateway says about a refund, for operators",
    "payments/services/*.py": "reasons that are kept with a refund, for operators",
    "faults/due.py": "places and goods of the town that faults hit",
    "groupbuy/local/screenshots.py": "the goods of the demo that pictures are taken of",
    "orders/services/paying.py": "joins names of goods in the title a gateway shows",
    "catalog/services/*.py": "the usual unit and the names of options, which merchants may change",
    "catalog/sheets/reading.py": "the usual unit of an imported product",
    "common/instants.py": "a date in Chinese, only for readers of Chinese",
    "common/money.py": "the full-width sign that people type before an amount",
    "web/api/merchant/product_shapes.py": "the usual unit of a product",
    "web/backoffice/fields.py": "how merchants type a discount",
    "web/backoffice/goods/*.py": "how merchants type options, and the usual unit",
    "web/demo/*.py": "the people and goods of the demo",
    "web/templatetags/words.py": "a date in Chinese, only for readers of Chinese",
}


def catalogue() -> Iterator[tuple[polib.POEntry, str]]:
    """Every entry with each of its English forms."""
    for entry in polib.pofile(str(CATALOGUE)):
        for said in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            yield entry, said


def test_every_marked_string_has_its_english() -> None:
    call_command("update_messages", check=True, stdout=StringIO())


def test_a_string_without_english_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Marked("还没有译文的一句话", place="somewhere.py")
    monkeypatch.setattr("web.management.commands.update_messages.marked_strings", lambda _root: [new])
    before = CATALOGUE.read_bytes()
    with pytest.raises(CommandError, match="without English"):
        call_command("update_messages", check=True, stdout=StringIO())
    assert CATALOGUE.read_bytes() == before


def test_a_plural_serves_for_its_singular_too() -> None:
    keys = [marked.key for marked in marked_strings(ROOT)]
    assert len(keys) == len(set(keys))


def test_the_english_keeps_every_placeholder_and_tag() -> None:
    """A lost %(amount)s would be a sentence without its sum."""
    for pattern in (PLACEHOLDER, TAG):
        wrong = [said for entry, said in catalogue() if set(pattern.findall(entry.msgid)) != set(pattern.findall(said))]
        assert wrong == []


def test_both_forms_of_a_plural_are_there() -> None:
    forms = [entry.msgstr_plural for entry in polib.pofile(str(CATALOGUE)) if entry.msgid_plural]
    assert forms
    assert all(sorted(form) == [0, 1] and all(form.values()) for form in forms)


def test_the_english_is_english() -> None:
    assert [said for _entry, said in catalogue() if chinese.CHINESE.search(said)] == []


def test_no_template_shows_chinese_that_is_not_marked() -> None:
    assert [str(found) for found in chinese.in_templates(ROOT)] == []


def test_no_script_has_words_of_its_own() -> None:
    assert [str(found) for found in chinese.in_scripts(ROOT)] == []


def test_no_code_shows_chinese_that_is_not_marked() -> None:
    found = list(chinese.in_python(ROOT))
    assert [str(one) for one in found if not any(fnmatch(one.place, pattern) for pattern in EXCEPTIONS)] == []


def test_every_exception_is_still_needed() -> None:
    places = {found.place for found in chinese.in_python(ROOT)}
    assert [pattern for pattern in EXCEPTIONS if not any(fnmatch(place, pattern) for place in places)] == []


def test_the_search_sees_what_is_not_marked(tmp_path: Path) -> None:
    """The counter-test: marked strings, docstrings and comments pass; everything else is found."""
    (tmp_path / "errors.py").write_text('"""文档"""\nmarked = _("好")\nbare = "坏"\nformatted = f"{bare}，"\n# 注释\n')
    (tmp_path / "templates").mkdir()
    passes = '{# 注释 #}{% translate "好" %}{% comment %}注{% endcomment %}<b lang="zh-hans">中文</b>'
    (tmp_path / "templates" / "page.html").write_text(passes + '{{ x|default:"坏" }}，')
    assert [found.text for found in chinese.in_python(tmp_path)] == ["坏", "，"]
    assert [found.text for found in chinese.in_templates(tmp_path)] == ['x|default:"坏"', "，"]
    assert chinese.in_page('<p title="提示">Hello 你好</p><b lang="zh-hans">中文</b>') == ["提示", "Hello 你好"]


def test_chinese_is_what_everybody_gets_who_asks_for_nothing(client: Client) -> None:
    assert settings.LANGUAGE_CODE == "zh-hans"
    assert '<html lang="zh-hans"' in client.get("/terms/").content.decode()
    assert '<html lang="en"' in client.get("/terms/", headers={"accept-language": "en"}).content.decode()
