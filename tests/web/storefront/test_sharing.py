"""C3: a neighbour's link, from the poster on the door to the order it brought."""

import io
import re
from typing import Any

import pytest
import zxingcpp
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import SmsCode, User
from accounts.services.codes import send_code
from campaigns.models import Campaign
from catalog.services.images import add_image
from community.models import Invitation, SharedOrder, ShareLink
from community.services.sharing import link_of
from community.states import Shared
from notifications.models import TextMessage
from orders.models import Order
from tests.factories.accounts import PASSWORD, make_merchant, make_phone, make_picture, make_user
from tests.factories.campaigns import choice_of, fill, lines_of, make_draft, make_open
from tests.web.storefront.pages import browser_of, hidden, queries_of, says, text_of
from web.posters import drawing
from web.posters.drawing import draw, printable
from web.storefront.sharing import posters

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def alice() -> User:
    return make_user(name="王小明")


@pytest.fixture
def campaign() -> Campaign:
    return make_open()


def link_to(campaign: Campaign, sharer: User) -> ShareLink:
    return link_of(user=sharer, kind=Shared.CAMPAIGN, code=campaign.code, now=timezone.now())


def opened(client: Client, link: ShareLink) -> str:
    """Where a link leads."""
    answer = client.get(f"/s/{link.code}/")
    assert answer.status_code == 302
    return answer["Location"]


def visits(link: ShareLink) -> int:
    return ShareLink.objects.get(pk=link.pk).visits


def join(client: Client, campaign: Campaign) -> Order:
    """The order page as it is, sent off."""
    page = client.get(f"/campaigns/{campaign.code}/join/")
    line, point = lines_of(campaign)[0], choice_of(campaign).pickup_point
    typed = {
        f"quantity-{line.sku}": line.quantity,
        "where": f"point:{point}",
        "quoted_where": hidden(page, "quoted_where"),
        "quote": hidden(page, "quote"),
        "idempotency_key": hidden(page, "idempotency_key"),
    }
    assert client.post(f"/campaigns/{campaign.code}/join/", typed).status_code == 302
    return Order.objects.latest("pk")


def register(client: Client) -> User:
    """A newcomer with a code from the sandbox phone."""
    phone = make_phone()
    send_code(phone=phone, purpose=SmsCode.Purpose.REGISTER, ip="127.0.0.1", now=timezone.now())
    code = re.search(r"\d{6}", TextMessage.objects.latest("pk").text)
    assert code
    typed = {"phone": phone, "code": code[0], "password": PASSWORD, "name": "李四", "enter": "1", "agreed": "on"}
    assert client.post("/register/", typed).status_code == 302
    return User.objects.latest("pk")


def test_a_neighbour_who_opens_the_link_sees_who_invited_them(client: Client, alice: User, campaign: Campaign) -> None:
    """C3: by masked name, on the campaign it leads to and nowhere else."""
    page = f"/campaigns/{campaign.code}/"
    assert "邀请你一起拼" not in says(client.get(page))
    assert opened(client, link_to(campaign, alice)) == page
    assert "王** 邀请你一起拼" in says(client.get(page))
    assert "王小明" not in text_of(client.get(page))
    other = make_open(campaign.merchant, title="另一个团")
    assert "邀请你一起拼" not in says(client.get(f"/campaigns/{other.code}/"))


def test_a_visit_counts_once_a_visitor_and_never_ones_own(client: Client, alice: User, campaign: Campaign) -> None:
    """C3: Alice trying her own link, and a preview that only asks whether it is there, are no visits."""
    link = link_to(campaign, alice)
    mine = browser_of(alice)
    opened(mine, link)
    assert "邀请你一起拼" not in says(mine.get(f"/campaigns/{campaign.code}/"))
    assert client.head(f"/s/{link.code}/").status_code == 302
    assert visits(link) == 0
    opened(client, link)
    opened(client, link)
    opened(browser_of(make_user(name="Bob")), link)
    assert visits(link) == 2


def test_a_link_nobody_made_says_so(client: Client) -> None:
    answer = client.get("/s/0000000000/")
    assert answer.status_code == 404
    assert "这个链接不对，请邻居再发一次" in says(answer)


def test_who_registers_after_a_link_was_invited_by_the_first_and_ordered_through_the_latest(
    client: Client, alice: User, campaign: Campaign
) -> None:
    """C3: first touch for who brought them, the last link to the campaign for what they order."""
    bob = make_user(name="Bob")
    first, latest = link_to(campaign, alice), link_to(campaign, bob)
    opened(client, first)
    opened(client, latest)
    carol = register(client)
    invitation = Invitation.objects.get()
    assert (invitation.invitee, invitation.inviter, invitation.link) == (carol, alice, first)
    order = join(client, campaign)
    assert list(SharedOrder.objects.values_list("order", "link")) == [(order.pk, latest.pk)]


def test_a_link_to_the_front_page_invites_too(client: Client, alice: User) -> None:
    link = link_of(user=alice, kind=Shared.HOME, code="", now=timezone.now())
    assert opened(client, link) == "/"
    assert Invitation.objects.filter(invitee=register(client), inviter=alice).exists()


def test_who_was_here_before_is_nobodys_newcomer(alice: User, campaign: Campaign) -> None:
    """C3: Bob's order is credited; Bob himself was not brought by anybody."""
    browser = browser_of(make_user(name="Bob"))
    opened(browser, link_to(campaign, alice))
    join(browser, campaign)
    assert SharedOrder.objects.count() == 1
    assert not Invitation.objects.exists()


def test_an_order_without_a_link_or_through_ones_own_is_credited_to_nobody(alice: User, campaign: Campaign) -> None:
    browser = browser_of(alice)
    opened(browser, link_to(campaign, alice))
    join(browser, campaign)
    join(browser_of(make_user(name="Bob")), campaign)
    assert not SharedOrder.objects.exists()


def test_the_share_page_has_the_personal_link_and_words_for_a_group(alice: User) -> None:
    """C3 C15: title, prices, how far it is, until when, the link; ready to paste."""
    campaign = make_open(title="<b>脐橙</b> 5 斤 & 更多")
    fill(campaign, 3)
    answer = browser_of(alice).get(f"/campaigns/{campaign.code}/share/")
    link = ShareLink.objects.get(sharer=alice)
    written = re.search(r'<textarea[^>]*id="text"[^>]*>([^<]*)</textarea>', text_of(answer))
    assert written
    lines = written[1].strip().splitlines()
    assert lines[0] == "【&lt;b&gt;脐橙&lt;/b&gt; 5 斤 &amp; 更多】"
    assert lines[1] == "现在 ¥29.90，人多最低降到 ¥23.90，单买 ¥39.90"
    assert lines[2] == "还差 2 件降到 ¥26.90"
    assert lines[3].endswith(" 截止，没成团全额退款")
    assert lines[4] == f"http://testserver/s/{link.code}/"
    assert f"poster.png?by={link.code}" in text_of(answer)
    assert "王** 邀请你一起拼" in says(answer)


def test_a_guest_shares_the_plain_address(client: Client, campaign: Campaign) -> None:
    """C3: without an account no personal link is made; the page says how to get one."""
    answer = client.get(f"/campaigns/{campaign.code}/share/")
    assert f'value="http://testserver/campaigns/{campaign.code}/"' in text_of(answer)
    assert "登录后分享" in says(answer)
    assert not ShareLink.objects.exists()


def test_what_is_not_public_is_neither_shared_nor_drawn(client: Client) -> None:
    draft = make_draft()
    for path in ("share/", "share/poster.png", "share/poster/a4.pdf"):
        assert client.get(f"/campaigns/{draft.code}/{path}").status_code == 404


def read_back(png: bytes) -> list[str]:
    """What a phone reads off the picture."""
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]


def poster_path(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.code}/share/poster.png"


def test_the_poster_carries_the_personal_link_in_its_code(client: Client, alice: User, campaign: Campaign) -> None:
    """C3: 900 × 1380, and a phone reads Alice's link off it; somebody else's code for it means the plain address."""
    add_image(product=campaign.skus.get().sku.product, upload=make_picture(width=400, height=300), now=timezone.now())
    link = link_to(campaign, alice)
    answer = client.get(poster_path(campaign), {"by": link.code})
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (900, 1380)
    assert read_back(answer.content) == [f"http://testserver/s/{link.code}/"]
    elsewhere = link_to(make_open(campaign.merchant, title="另一个团"), alice)
    plain = client.get(poster_path(campaign), {"by": elsewhere.code})
    assert read_back(plain.content) == [f"http://testserver/campaigns/{campaign.code}/"]


def test_a_hostile_title_stays_text(client: Client, alice: User) -> None:
    """C3: markup of typst, TeX and HTML is printed, emoji and endless words break nothing, the code stays readable."""
    title = '#panic("x") $x$ <b> \\u{41} *_`]} 🍊👨‍👩‍👧 𠮷' + "A" * 17
    campaign = make_open(title=title)
    link = link_to(campaign, alice)
    answer = client.get(poster_path(campaign), {"by": link.code})
    assert read_back(answer.content) == [f"http://testserver/s/{link.code}/"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("脐橙🍊 5 斤", "脐橙 5 斤"),
        ("一家👨‍👩‍👧三口 1️⃣", "一家三口 1"),
        ("右\u202e左\x07\n两行", "右左 两行"),
        ("A" * 20, "A" * 16 + "\u200b" + "A" * 4),
        ("#panic() $x$", "#panic() $x$"),
    ],
)
def test_only_what_the_font_can_show_is_printed(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_poster_is_drawn_once_until_something_on_it_changes(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C3: kept by everything that is printed: another neighbour joins and it is drawn anew."""
    drawings: list[str] = []

    def counted(poster: drawing.Poster, **how: Any) -> bytes:
        drawings.append(poster.says)
        return b"png"

    monkeypatch.setattr(posters, "draw", counted)
    first = client.get(poster_path(campaign))
    assert client.get(poster_path(campaign)).content == first.content
    assert drawings == ["还差 3 件成团"]
    again = client.get(poster_path(campaign), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    fill(campaign, 1)
    changed = client.get(poster_path(campaign), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert drawings == ["还差 3 件成团", "还差 2 件成团"]
    assert changed["Cache-Control"] == "private, max-age=60"


def test_who_asks_for_ever_new_posters_waits_a_minute(
    client: Client, alice: User, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C3: drawing costs half a second; what was drawn before is handed out still, and made-up links draw nothing."""
    monkeypatch.setattr(posters, "MOST_DRAWINGS", 1)
    first = client.get(poster_path(campaign))
    assert first.status_code == 200
    assert client.get(poster_path(campaign), {"by": "nobodys"}).content == first.content
    refused = client.get(poster_path(campaign), {"by": link_to(campaign, alice).code})
    assert refused.status_code == 429
    assert "过一分钟再来" in says(refused)
    assert client.get(poster_path(campaign)).content == first.content
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.get(poster_path(campaign), {"by": link_to(campaign, alice).code}).status_code == 200


@pytest.mark.parametrize(("size", "points"), [("a4", (595, 842)), ("a3", (842, 1191)), ("roll-up", (2268, 5669))])
def test_a_poster_is_printed_in_three_sizes(
    client: Client, campaign: Campaign, size: str, points: tuple[int, int]
) -> None:
    """C3: A4, A3 and roll-up, one page each."""
    answer = client.get(f"/campaigns/{campaign.code}/share/poster/{size}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    box = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", answer.content)
    assert box
    assert (round(float(box[1])), round(float(box[2]))) == points
    assert client.get(f"/campaigns/{campaign.code}/share/poster/a9.pdf").status_code == 404


def test_a_poster_speaks_the_language_of_the_page(client: Client, campaign: Campaign) -> None:
    """C3: another language is another file, also in the cache."""
    chinese = client.get(poster_path(campaign))
    english = client.get(poster_path(campaign), headers={"Accept-Language": "en"})
    assert chinese["ETag"] != english["ETag"]


def test_alice_sees_whom_she_invited_and_only_she(client: Client, alice: User, campaign: Campaign) -> None:
    """C3: opened, registered, ordered; neighbours by masked name."""
    link = link_to(campaign, alice)
    opened(client, link)
    register(client)
    page = says(browser_of(alice).get("/me/invitations/"))
    assert "1 次打开 1 人注册 0 人付款" in page
    assert "李** " in page
    assert "还没有邻居从你的链接注册" in says(browser_of(make_user(name="Bob")).get("/me/invitations/"))
    assert Client().get("/me/invitations/").status_code == 302


def test_queries_of_the_invitations_do_not_grow_with_neighbours(alice: User) -> None:
    merchant = make_merchant()
    link = link_to(make_open(merchant), alice)
    for newcomer in range(2):
        Invitation.objects.create(
            invitee=make_user(name=f"邻居{newcomer}"), inviter=alice, link=link, registered_at=timezone.now()
        )
    few = queries_of(browser_of(alice), "/me/invitations/")
    for newcomer in range(5):
        Invitation.objects.create(
            invitee=make_user(name=f"邻居{newcomer}"), inviter=alice, link=link, registered_at=timezone.now()
        )
    assert queries_of(browser_of(alice), "/me/invitations/") == few


def test_a_poster_needs_no_picture() -> None:
    """C3: goods without a picture have a poster all the same."""
    words = {"sender": "和邻居一起拼", "initial": "拼", "joined": "果园直发", "title": "脐橙", "says": "还差 3 件成团"}
    prices = {"price": "¥29.90", "was": "", "deadline": "11 月 22 日 22:00 截止", "promise": "", "scan": "扫一扫参团"}
    said = drawing.Poster(**words, **prices, link="http://testserver/", language="zh-hans")
    assert draw(said, picture=b"").startswith(b"\x89PNG")
