"""The people of the demo: those who sign in, and their neighbours."""

import datetime as dt

from django.contrib.auth.hashers import make_password

from accounts.models import Address, User
from accounts.services.addresses import add_address
from community.models import Community
from community.selectors.communities import community_of
from web.demo.reading import read

PASSWORD = "groupbuy-demo"
SIGN_INS = ("operator", "orchard_owner", "consumer", "leader", "grocer_owner")


def settle_people(*, now: dt.datetime, until: dt.datetime) -> tuple[dict[str, User], list[User]]:
    """Registered without text messages: nobody reads them. Who is to sign in gets the password of the demo.

    The founders are there from `now` on, the other neighbours come one after the other until shortly before `until`.
    """
    content = read("people")
    people = {key: _person(who["name"], who["phone"], now) for key, who in content.items() if "phone" in who}
    operator = people["operator"]
    operator.is_staff = operator.is_superuser = True
    operator.save(update_fields=["is_staff", "is_superuser"])
    _let_sign_in([people[key] for key in SIGN_INS])
    return people, _neighbours(now, until - dt.timedelta(hours=3))


def _neighbours(now: dt.datetime, until: dt.datetime) -> list[User]:
    content = read("people")["neighbours"]
    names, founders = content["names"], content["founders"]
    step = max(until - now, dt.timedelta()) / (len(names) - founders)
    return [
        _person(name, str(content["first_phone"] + place), now + max(0, place - founders + 1) * step)
        for place, name in enumerate(names)
    ]


def address_of(person: User) -> Address:
    """Where somebody lives; who has not said it yet says it now."""
    known = person.addresses.filter(removed_at__isnull=True).first()
    if known is not None:
        return known
    home, door = community_of(person) or Community.objects.earliest("founded_at"), int(person.phone_tail)
    detail = f"{home.name} {door % 17 + 1} 幢 {door % 3 + 1} 单元 {door % 11 + 1}0{door % 2 + 1} 室"
    return add_address(user=person, name=person.name, phone=person.phone, region_code=home.region_code, detail=detail)


def _person(name: str, phone: str, now: dt.datetime) -> User:
    return User.objects.create_user(phone, None, name=name, joined_at=now)


def _let_sign_in(people: list[User]) -> None:
    """The password is slow to encode, as it should be, so it is done once: everybody knows it anyway."""
    encoded = make_password(PASSWORD)
    for person in people:
        person.password = encoded
        person.save(update_fields=["password"])
