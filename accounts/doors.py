"""What makes an address one that somebody finds: a region that exists, and words that lead to a door in it."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from accounts.names import clean_name
from accounts.regions import Region, district, region
from common.errors import InvalidField

LONGEST_DETAIL = 120
SHORTEST_DETAIL = 4
PHONE = re.compile(r"(?<!\d)1[3-9](?:[\s-]?\d){9}(?!\d)", re.ASCII)
# 浙江省 is also written 浙江, 西湖区 also 西湖.
SUFFIX = re.compile(r"(?<=..)(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治[州县]|[省市区县])$")


def deliverable(code: str) -> Region:
    """The region of a code, if a parcel can be sent there. Raises InvalidField of `region_code`."""
    found = district(code)
    if found is None:
        known = region(code) is not None
        raise InvalidField("region_code", _("再往下选，选到区或县") if known else _("没有这个地区，重新选一下省市区"))
    return found


def clean_detail(text: str, within: Region) -> str:
    """Street, building and door on one line. Raises InvalidField of `detail`, with what is missing."""
    detail = clean_name(text, field="detail", longest=LONGEST_DETAIL, required=True)
    if PHONE.search(unicodedata.normalize("NFKC", detail)):
        raise InvalidField("detail", _("电话写在上面那一栏，这里只写小区、楼栋和门牌"))
    said = _substance(detail)
    if not _beyond(said, within):
        raise InvalidField("detail", _("省市区上面选过了，这里写小区、楼栋和门牌"))
    if len(said) < SHORTEST_DETAIL or said.isdecimal():
        raise InvalidField("detail", _("写详细一点才找得到，比如 翠湖湾 3 栋 1201"))
    return detail


def _substance(text: str) -> str:
    """Letters and digits, without the marks between them."""
    return "".join(character for character in text if character.isalnum())


def _beyond(said: str, within: Region) -> str:
    """What is said beyond the names of the region itself, long or short."""
    for step in within.trail:
        for name in (step.name, SUFFIX.sub("", step.name)):
            said = said.removeprefix(name)
    return said
