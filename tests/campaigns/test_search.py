"""B10: a search finds by characters, pinyin and initials, and takes every other sign literally."""

import pytest
from django.db import connection

from campaigns.models import Campaign
from campaigns.search import searched
from campaigns.selectors.hall import hall
from catalog.models import Product
from common.searching import search_text, terms
from tests.factories.accounts import make_merchant
from tests.factories.campaigns import make_draft, make_open
from tests.factories.catalog import make_sku

NAVEL = "赣南脐橙 5 斤装，树上熟现摘"
TISSUE = "原生木浆抽纸 24 包"
MILK = "特级A2牛奶 10% 装_大"


def titles(typed: str) -> set[str]:
    return {campaign.title for campaign in searched(Campaign.objects.all(), typed)}


@pytest.fixture
def three(db: None) -> None:
    merchant = make_merchant("山里人家")
    for title in (NAVEL, TISSUE, MILK):
        make_draft(merchant, title=title, skus=[make_sku(merchant, name="货", brief="新到")])


def test_the_three_lines_of_a_text() -> None:
    """The format: folded characters, syllables, initials."""
    assert search_text(["赣南脐橙 5 斤"]) == "赣南脐橙 5 斤\ngan nan qi cheng 5 jin\ng n q c 5 j"


def test_a_text_is_there_once_and_only_so_long() -> None:
    assert search_text(["苹果", "苹果", "", "ＡＢＣ"]) == "苹果\nping guo\np g\nabc\nabc\nabc"
    assert len(search_text(["一" * 5000]).split("\n")[0]) == 1000


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("脐橙 5 斤", ["脐橙", "5", "斤"]),
        ("脐橙5斤", ["脐橙", "5", "斤"]),
        ("  QiCheng ＱＣ qc ", ["qicheng", "qc"]),
        ("50%_", ["50", "%_"]),
        ("\t\x01", []),
        ("", []),
    ],
)
def test_what_is_typed_is_cut_into_words(typed: str, wanted: list[str]) -> None:
    assert terms(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("脐橙", {NAVEL}),
        ("橙", {NAVEL}),
        ("qicheng", {NAVEL}),
        ("QiCheng", {NAVEL}),
        ("qich", {NAVEL}),
        ("qc", {NAVEL}),
        ("QC", {NAVEL}),
        ("ｑｃ", {NAVEL}),
        ("gnqc", {NAVEL}),
        ("赣南 qc", {NAVEL}),
        ("赣南qc", {NAVEL}),
        ("脐橙5斤", {NAVEL}),
        ("qc 抽纸", set()),
        ("橙脐", set()),
        ("icheng", set()),
        ("抽纸", {TISSUE}),
        ("chouzhi", {TISSUE}),
        ("24包", {TISSUE}),
        ("a2", {MILK}),
        ("Ａ２", {MILK}),
        ("niunai", {MILK}),
        ("10%", {MILK}),
        ("%", {MILK}),
        ("_", {MILK}),
        ("%%", set()),
        ("\\", set()),
        (".*", set()),
        ("shanlirenjia", {NAVEL, TISSUE, MILK}),
        ("山里", {NAVEL, TISSUE, MILK}),
        ("🍊", set()),
        ("橙" * 40, set()),
        ("q" * 40, set()),
        ("   ", {NAVEL, TISSUE, MILK}),
    ],
)
@pytest.mark.usefixtures("three")
def test_what_a_search_finds(typed: str, wanted: set[str]) -> None:
    """B10: 脐橙, qicheng, qc, both together, upper and lower case, full width, and no sign is a wild card."""
    assert titles(typed) == wanted


@pytest.mark.django_db
def test_goods_and_their_briefs_are_found_too() -> None:
    """B10: by what is sold, not only by how the campaign is called."""
    merchant = make_merchant()
    make_open(merchant, title="周末水果", skus=[make_sku(merchant, name="丹东草莓", brief="奶油味 🍓")])
    for typed in ("caomei", "ddcm", "奶油", "🍓"):
        assert [card.title for card in hall(search=typed)] == ["周末水果"]


@pytest.mark.django_db
def test_a_name_that_changed_is_found_from_the_opening_on() -> None:
    """Filled when the draft is written, refreshed when it is submitted and when it opens."""
    merchant = make_merchant()
    sku = make_sku(merchant, name="脐橙")
    draft = make_draft(merchant, skus=[sku])
    rename(sku.product, "血橙")
    assert "脐橙" in Campaign.objects.get(pk=draft.pk).search_text
    opened = make_open(merchant, skus=[sku])
    assert "xue cheng" in opened.search_text


def rename(product: Product, name: str) -> None:
    Product.objects.filter(pk=product.pk).update(name=name)


@pytest.mark.usefixtures("three")
def test_the_index_serves_the_search() -> None:
    """Where rows are many the planner has an index to take: GIN over the pairs of characters."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for typed in ("脐橙", "qicheng", "qc"):
        assert "campaign_search" in searched(Campaign.objects.all(), typed).explain()
