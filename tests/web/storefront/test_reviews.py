"""B7: reviewing what was picked up, reading what others say, asking the merchant; all without scripts."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from community.models import Question, Review
from community.selectors.reviews import summary
from community.services.hiding import hide
from community.services.reviews import answer_review
from tests.factories.accounts import make_merchant, make_operator, make_picture, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.catalog import make_product, make_sku
from tests.factories.reviews import make_imported, make_question, make_received, make_review, product_of
from tests.web.storefront.pages import browser_of, queries_of, says, text_of
from tests.web.storefront.test_pages import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture(autouse=True)
def own_media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def post(browser: Client, order: Any, **typed: Any) -> Any:
    line = order.lines.order_by("pk")[0].pk
    return browser.post(f"/orders/{order.number}/review/", {"line": line, "stars": "5"} | typed, follow=True)


def keeps_the_rules(answer: Any) -> bool:
    """One main, one h1, no id twice, nothing inline, a label for every field."""
    page = read(text_of(answer))
    labelled = all(field.get("aria-label") or field.get("id") in page.labelled for field in page.inputs)
    once = len(page.ids) == len(set(page.ids)) and page.tags.count("main") == page.tags.count("h1") == 1
    return answer.status_code == 200 and page.sins == [] and labelled and once


def test_alice_is_invited_reviews_and_is_thanked() -> None:
    """B7: from the order to the review by stars, words and photos; each line has a form of its own."""
    merchant = make_merchant()
    order = make_received(merchant=merchant, skus=[make_sku(merchant), make_sku(merchant, name="香梨")])[0]
    browser, url = browser_of(order.buyer), f"/orders/{order.number}/review/"
    for page in ("/orders/", f"/orders/{order.number}/"):
        assert f'href="{url}"' in text_of(browser.get(page))
    form = browser.get(url)
    assert keeps_the_rules(form)
    assert "发布后不能修改" in says(form)
    assert len(re.findall('type="radio"', text_of(form))) == 10
    assert re.search(r'name="photos"[^>]*accept="image/jpeg,image/png,image/webp"', text_of(form))

    done = post(browser, order, stars="4", text="脆甜", photos=[make_picture(), make_picture()])

    assert "评价已发布，谢谢" in says(done)
    assert "都评价好了" not in says(done)
    said = Review.objects.get()
    assert (said.stars, said.text, said.photos.count()) == (4, "脆甜", 2)
    assert said.photos.all()[0].large.url in text_of(done)
    done = post(browser, order, line=order.lines.order_by("pk")[1].pk)
    assert "都评价好了，谢谢" in says(done)
    assert keeps_the_rules(browser.get(url))
    assert f'href="{url}"' not in text_of(browser.get("/orders/"))


def test_a_second_press_finds_it_done() -> None:
    order = make_received()[0]
    browser = browser_of(order.buyer)
    post(browser, order, stars="5")
    again = post(browser, order, stars="1")
    assert again.status_code == 200
    assert Review.objects.get().stars == 5


def test_who_wrote_what_was_hidden_still_sees_it_and_writes_no_other() -> None:
    """B7: one review a line, also when an operator has hidden it."""
    order = make_received()[0]
    hide(said=make_review(order, text="骂人的话"), note="辱骂", actor_id=make_operator().pk, now=timezone.now())
    page = browser_of(order.buyer).get(f"/orders/{order.number}/review/")
    assert "平台隐藏了这条评价，只有你看得到" in says(page)
    assert "骂人的话" in says(page)
    assert "发布评价" not in says(page)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"stars": ""}, "先选几颗星"),
        ({"stars": "9"}, "先选几颗星"),
        ({"photos": [make_picture() for _ in range(7)]}, "最多 6 张照片，去掉几张再发布"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(typed: dict[str, Any], said: str) -> None:
    order = make_received()[0]
    answer = post(browser_of(order.buyer), order, text="脆甜，下次还买", **typed)
    assert said in says(answer)
    assert "脆甜，下次还买" in text_of(answer)
    assert keeps_the_rules(answer)
    assert not Review.objects.exists()


@pytest.mark.parametrize("line", ["", "x", "9" * 30, "１"])
def test_a_line_that_is_none_is_not_there(line: str) -> None:
    order = make_received()[0]
    assert post(browser_of(order.buyer), order, line=line).status_code == 404
    assert not Review.objects.exists()


def test_before_hand_over_there_is_no_invitation_and_the_page_says_why() -> None:
    alice = make_user()
    order = join_and_pay(alice, make_open())
    browser = browser_of(alice)
    assert "评价一下" not in says(browser.get("/orders/"))
    answer = browser.get(f"/orders/{order.number}/review/")
    assert answer.status_code == 409
    assert "收到货以后才能评价" in says(answer)


def test_the_order_of_somebody_else_is_not_there() -> None:
    """A5."""
    order = make_received()[0]
    bob = browser_of(make_user(name="Bob"))
    assert bob.get(f"/orders/{order.number}/review/").status_code == 404
    assert post(bob, order).status_code == 404
    assert browser_of().get(f"/orders/{order.number}/review/").status_code == 302
    assert not Review.objects.exists()


def test_everybody_reads_all_reviews_of_a_product() -> None:
    """B7: masked names, stars for the eye and the ear, answers, photos that open large; marked where imported."""
    sku = make_sku(make_merchant(), external_id="A1")
    order = make_received(make_user("13811112222", name="王小明"), merchant=sku.product.merchant, skus=[sku])[0]
    said = make_review(order, stars=4, text="<b>脆甜</b>", photos=[make_picture()])
    merchant = said.product.merchant
    answer_review(merchant=merchant, code=said.code, text="谢谢", actor_id=owner_of(merchant).pk, now=timezone.now())
    make_imported(sku.product, "一直喜欢")
    page = browser_of().get(f"/products/{sku.product.code}/reviews/")
    assert keeps_the_rules(page)
    for words in ("王**", "4 星", "商家回复 谢谢", "来自「严选」的评价", "一直喜欢", "4.0", "1 条评分", "5 斤装"):
        assert words in says(page), words
    for secret in ("王小明", "13811112222", "2222", "<b>脆甜"):
        assert secret not in text_of(page)
    assert f'href="{said.photos.get().large.url}"' in text_of(page)
    assert text_of(page).count("data-on") == 4


def test_reviews_are_filtered_by_links() -> None:
    orders = make_received(make_user(), make_user(name="Bob"))
    make_review(orders[0], stars=5, text="有图的", photos=[make_picture()])
    make_review(orders[1], stars=2, text="两颗星")
    url, browser = f"/products/{product_of(orders[0]).code}/reviews/", browser_of()
    everything = says(browser.get(url))
    assert "全部 2 有图 1 5 星 1 2 星 1" in everything
    assert "两颗星" not in says(browser.get(url, {"show": "photos"}))
    assert "有图的" not in says(browser.get(url, {"show": "2"}))
    assert "没有这样的评价" in says(browser.get(url, {"show": "3"}))
    for strange in ("-1", "４", "x" * 50, "99999999999999999999"):
        assert "两颗星" in says(browser.get(url, {"show": strange, "page": strange}))


def test_a_product_without_reviews_invites_and_a_draft_is_not_there() -> None:
    merchant = make_merchant()
    shown, draft = make_product(merchant), make_product(merchant, on_shelf=False, name="草稿")
    page = browser_of().get(f"/products/{shown.code}/reviews/")
    assert keeps_the_rules(page)
    assert "还没有评价" in says(page)
    assert browser_of().get(f"/products/{draft.code}/reviews/").status_code == 404
    assert browser_of().get("/products/NOBODY/reviews/").status_code == 404


def test_the_page_asks_no_more_for_more_reviews() -> None:
    orders = make_received(*(make_user() for _ in range(5)))
    for order in orders[:2]:
        make_review(order, photos=[make_picture()])
    url = f"/products/{product_of(orders[0]).code}/reviews/"
    few = queries_of(browser_of(), url)
    for order in orders[2:]:
        make_review(order, photos=[make_picture()])
    assert queries_of(browser_of(), url) == few <= 12


def test_bob_asks_and_everybody_reads_it() -> None:
    """B7: the form, the thanks, and a no that keeps what was typed."""
    product = make_product(make_merchant())
    bob, url = browser_of(make_user(name="Bob")), f"/products/{product.code}/reviews/?show=questions"
    assert keeps_the_rules(bob.get(url))
    ask = f"/products/{product.code}/ask/"
    done = bob.post(ask, {"text": "几号发货？"}, follow=True)
    assert done.redirect_chain == [(url, 302)]
    assert "问题已发给商家，回答了会告诉你" in says(done)
    assert "B** 问" in says(browser_of().get(url))

    refused = bob.post(ask, {"text": ""})
    assert "写下想问的" in says(refused)
    for number in range(9):
        bob.post(ask, {"text": f"问题 {number}"})
    refused = bob.post(ask, {"text": "第十一个问题"})
    assert "今天已经提了 10 个问题，明天再来" in says(refused)
    assert "第十一个问题" in text_of(refused)
    assert Question.objects.count() == 10


def test_a_guest_is_asked_to_sign_in_before_asking() -> None:
    product = make_product(make_merchant())
    guest = browser_of()
    page = guest.get(f"/products/{product.code}/reviews/?show=questions")
    assert "去登录" in says(page)
    assert "<textarea" not in text_of(page)
    assert guest.post(f"/products/{product.code}/ask/", {"text": "几号？"})["Location"].startswith("/sign-in/")
    assert not Question.objects.exists()


def test_the_summary_of_a_campaign_says_whose_stars_they_are() -> None:
    """B7: imported reviews are told apart; the figures are the neighbours' own."""
    sku = make_sku(make_merchant(), external_id="A1")
    orders = make_received(make_user(), make_user(), merchant=sku.product.merchant, skus=[sku])
    for order, given in zip(orders, (5, 4), strict=True):
        make_review(order, stars=given)
    make_imported(sku.product, "别处说的", "也是别处说的")
    question = make_question(sku.product)
    Question.objects.filter(pk=question.pk).update(answer="明天", answered_at=question.asked_at)
    html = render_to_string("storefront/reviews/_summary.html", {"review_summary": summary([sku.product_id])})
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert words.startswith("邻居评价 4.5 · 2 条 另有 2 条来自其他店铺，只看文字，不计入评分")
    assert "看全部 4 条" in words
    assert "商家回答 明天" in words
    assert f'href="/products/{sku.product.code}/reviews/"' in html


def test_a_summary_without_reviews_offers_to_ask() -> None:
    product = make_product(make_merchant())
    html = render_to_string("storefront/reviews/_summary.html", {"review_summary": summary([product.pk])})
    assert "还没有评价" in html
    assert f'href="/products/{product.code}/reviews/?show=questions"' in html
