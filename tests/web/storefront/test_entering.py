"""Registering, signing in and out, choosing a language."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SmsCode, User
from accounts.models.user import hash_phone
from notifications.selectors.sms import last_texts
from tests.factories.accounts import PASSWORD, make_user
from tests.web.storefront.pages import browser_of, says, text_of

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "15012345678"


def code_sent_to(phone: str) -> str:
    found = re.search(r"\d{6}", last_texts(hash_phone(phone))[0].text)
    assert found
    return found[0]


def registration(**changes: str) -> dict[str, str]:
    return {"phone": PHONE, "name": "王小明", "password": PASSWORD, "agreed": "on"} | changes


def test_alice_registers_and_is_taken_home_signed_in(client: Client) -> None:
    """A1: number, code, password; signed in at once and taken to the home page."""
    asked = client.post("/register/", registration(send="1", code=""))
    assert "验证码已发出" in says(asked)
    assert f'value="{PHONE}"' in text_of(asked)

    done = client.post("/register/", registration(code=code_sent_to(PHONE)), follow=True)

    assert done.redirect_chain == [("/", 302)]
    assert done.wsgi_request.user == User.objects.with_phone(PHONE).get()


def test_whoever_came_from_a_campaign_goes_back_there_after_registering(client: Client) -> None:
    client.post("/register/", registration(send="1"))
    done = client.post("/register/", registration(code=code_sent_to(PHONE), next="/campaigns/?sort=hottest"))
    assert done["Location"] == "/campaigns/?sort=hottest"


def test_the_enter_key_asks_for_a_code_at_first_and_signs_in_once_it_is_typed(client: Client) -> None:
    """A1: a browser presses the first button of the form for whoever presses Enter."""
    asked = client.post("/register/", registration(enter="1", code=""))
    assert "验证码已发出" in says(asked)
    assert text_of(asked).index('name="enter"') < text_of(asked).index('name="send"')

    done = client.post("/register/", registration(enter="1", code=code_sent_to(PHONE)))

    assert done["Location"] == "/"
    assert len(last_texts(hash_phone(PHONE))) == 1


@pytest.mark.parametrize("page", ["/sign-in/", "/register/", "/reset-password/"])
def test_the_number_comes_first_and_the_code_once_it_is_on_its_way(client: Client, page: str) -> None:
    """A1: one thing at a time; the cursor stands where the code goes, which phones fill in by themselves."""
    first = text_of(client.get(page))
    assert 'name="code"' not in first
    assert 'name="password"' not in first
    assert 'name="send"' in first

    then = text_of(client.post(page, {"phone": PHONE, "send": "1"}, follow=True))

    assert 'autocomplete="one-time-code"' in then
    assert "autofocus" in then
    assert f'value="{PHONE}"' in then


def test_who_comes_back_from_reading_the_text_finds_the_form_where_they_left_it(client: Client) -> None:
    """A1: by the back button, or after the phone forgot the page; the number stands sealed in the session."""
    client.post("/register/", {"phone": PHONE, "send": "1"})
    back = text_of(client.get("/register/"))
    assert 'name="code"' in back
    assert f'value="{PHONE}"' in back
    assert PHONE not in str(dict(client.session.items()))
    assert 'name="code"' not in text_of(client.get("/sign-in/")), "a code for registering signs nobody in"


def test_a_code_that_has_died_is_not_waited_for(client: Client) -> None:
    client.post("/register/", {"phone": PHONE, "send": "1"})
    session = client.session
    session["code_sent"] |= {"until": timezone.now().timestamp()}
    session.save()
    assert 'name="code"' not in text_of(client.get("/register/"))


def test_a_number_that_is_none_stays_at_the_number(client: Client) -> None:
    page = client.post("/sign-in/", {"phone": "123", "send": "1"})
    assert "手机号是 1 开头的 11 位数字，核对一下" in says(page)
    assert 'name="code"' not in text_of(page)


def test_the_button_counts_the_seconds_that_are_really_left(client: Client) -> None:
    """A1: also after a wrong code, and when somebody asks again too soon."""
    client.post("/sign-in/", {"phone": PHONE, "send": "1"})
    SmsCode.objects.update(sent_at=timezone.now() - dt.timedelta(seconds=20))
    for form in ({"phone": PHONE, "send": "1"}, {"phone": PHONE, "code": "000000"}):
        page = text_of(client.post("/sign-in/", form))
        found = re.search(r'data-wait="(\d+)" data-unit="秒"', page)
        assert found
        assert 30 <= int(found[1]) <= 40
    SmsCode.objects.update(sent_at=timezone.now() - dt.timedelta(seconds=61))
    assert "data-wait" not in text_of(client.post("/sign-in/", {"phone": PHONE, "code": "000000"}))


def test_one_may_look_around_without_signing_in(client: Client) -> None:
    assert "先随便看看" in says(client.get("/sign-in/"))


def test_the_arrow_of_the_sign_in_page_leads_home(client: Client) -> None:
    assert 'class="btn-icon head__back" href="/"' in text_of(client.get("/sign-in/"))


def test_a_short_code_says_how_many_digits_are_missing_and_keeps_what_was_typed(client: Client) -> None:
    client.post("/register/", registration(send="1"))
    page = client.post("/register/", registration(code="1234"))
    assert "验证码是 6 位数字，还差 2 位" in says(page)
    assert 'value="王小明"' in text_of(page)
    assert 'aria-invalid="true"' in text_of(page)
    assert not User.objects.exists()


def test_nobody_registers_without_agreeing(client: Client) -> None:
    client.post("/register/", registration(send="1"))
    page = client.post("/register/", registration(code=code_sent_to(PHONE), agreed=""))
    assert "勾选同意后才能注册" in says(page)
    assert not User.objects.exists()


def test_a_code_cannot_be_asked_for_twice_in_a_minute(client: Client) -> None:
    client.post("/sign-in/", {"phone": PHONE, "send": "1"})
    again = client.post("/sign-in/", {"phone": PHONE, "send": "1"})
    assert "验证码发得太频繁" in says(again)
    assert len(last_texts(hash_phone(PHONE))) == 1


def test_alice_signs_in_by_code(client: Client) -> None:
    alice = make_user(PHONE)
    client.post("/sign-in/", {"phone": PHONE, "send": "1"})
    done = client.post("/sign-in/", {"phone": PHONE, "code": code_sent_to(PHONE)}, follow=True)
    assert done.wsgi_request.user == alice


def test_alice_signs_in_by_password_and_is_told_the_tries_left(client: Client) -> None:
    alice = make_user(PHONE)
    wrong = client.post("/sign-in/?by=password", {"phone": PHONE, "password": "wrong-one"})
    assert "手机号或密码不对，还可以试 4 次" in says(wrong)
    assert "wrong-one" not in text_of(wrong)
    done = client.post("/sign-in/?by=password", {"phone": PHONE, "password": PASSWORD}, follow=True)
    assert done.wsgi_request.user == alice


def test_signing_in_never_leads_to_another_site(client: Client) -> None:
    make_user(PHONE)
    entered = {"phone": PHONE, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/sign-in/?by=password", entered)["Location"] == "/"


def test_alice_sets_a_new_password_with_a_code(client: Client) -> None:
    make_user(PHONE)
    client.post("/reset-password/", {"phone": PHONE, "send": "1"})
    new = {"phone": PHONE, "code": code_sent_to(PHONE), "password": "plums-at-dawn"}
    assert client.post("/reset-password/", new).status_code == 302
    assert User.objects.with_phone(PHONE).get().check_password("plums-at-dawn")


def test_signing_out_needs_a_press_not_a_link() -> None:
    browser = browser_of(make_user())
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/me/").status_code == 200
    browser.post("/sign-out/")
    assert browser.get("/me/").status_code == 302


def test_a_visitor_reads_the_shop_in_english(client: Client) -> None:
    """K3: the language is chosen without an account."""
    assert 'lang="zh-hans"' in text_of(client.get("/"))
    back = client.post("/language/", {"language": "en", "next": "/campaigns/"})
    assert back["Location"] == "/campaigns/"
    assert '<html lang="en"' in text_of(client.get("/campaigns/"))


def test_the_language_of_a_person_follows_them_to_another_browser() -> None:
    """K3: it is kept with the account."""
    alice = make_user(PHONE)
    browser_of(alice).post("/language/", {"language": "en"})
    elsewhere = Client()
    elsewhere.post("/sign-in/?by=password", {"phone": PHONE, "password": PASSWORD})
    assert '<html lang="en"' in text_of(elsewhere.get("/"))


def test_an_unknown_language_is_refused(client: Client) -> None:
    assert client.post("/language/", {"language": "tlh"}).status_code == 400


def test_the_demo_phone_shows_the_texts_of_a_number(client: Client) -> None:
    client.post("/sign-in/", {"phone": PHONE, "send": "1"})
    assert code_sent_to(PHONE) in says(client.get("/sandbox/phone/", {"phone": PHONE}))
    assert "还没收到消息" in says(client.get("/sandbox/phone/", {"phone": "15000000000"}))
    assert "核对一下" in says(client.get("/sandbox/phone/", {"phone": "12"}))
