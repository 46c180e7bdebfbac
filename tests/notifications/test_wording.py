"""Every text that the house may send can be rendered, and says something in its first line."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from notifications.wording import worded

KINDS = sorted(path.stem for path in (Path(settings.BASE_DIR) / "templates" / "messages").glob("*.txt"))


def test_there_are_texts():
    assert {"merchant_approved", "merchant_rejected", "sms_code"} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_a_template_without_faults(kind):
    get_template(f"messages/{kind}.txt")


def test_the_first_line_is_the_title_and_the_rest_the_body():
    wording = worded("merchant_rejected", language="zh-hans", context={"merchant": "果园", "note": "看不清"})
    assert wording.title == "「果园」没有通过审核"
    assert wording.body.splitlines() == ["原因：看不清", "改好后可以重新提交申请。"]


def test_the_code_stands_in_the_only_line_of_its_text():
    wording = worded("sms_code", language="zh-hans", context={"code": "012345", "minutes": 5})
    assert "012345" in wording.title
    assert wording.body == ""
