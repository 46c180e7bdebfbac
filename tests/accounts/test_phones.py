"""Numbers, names and networks as people bring them."""

import pytest

from accounts.names import check_language, clean_name
from accounts.networks import network_of
from accounts.phones import normalise
from common.errors import InvalidField


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        " 138 1234 5678 ",
        "+86 138-1234-5678",
        "0086 13812345678",
        "8613812345678",
        "１３８１２３４５６７８",
    ],
)
def test_a_number_is_the_same_however_it_is_typed(text):
    assert normalise(text) == "13812345678"


@pytest.mark.parametrize(
    "text", ["", "1381234567", "138123456789", "12812345678", "+1 3812345678", "abc", "٠١٢٣٤٥٦٧٨٩٠"]
)
def test_what_is_no_mainland_mobile_is_refused(text):
    with pytest.raises(InvalidField) as refusal:
        normalise(text, field="contact_phone")
    assert refusal.value.params["field"] == "contact_phone"


def test_a_name_is_one_line_without_tricks():
    assert clean_name("  王\u202e小\n明  ") == "王 小 明"
    with pytest.raises(InvalidField, match="最多 20 个字"):
        clean_name("王" * 21)
    with pytest.raises(InvalidField):
        clean_name(" \n ", required=True)
    assert clean_name("") == ""


def test_only_languages_of_the_house():
    assert check_language("en") == "en"
    with pytest.raises(InvalidField):
        check_language("xx")


def test_one_household_is_one_network():
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert network_of("::ffff:203.0.113.9") == "203.0.113.9"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network_of("unknown") == "unknown"
