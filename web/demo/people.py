"""The people of the demo: those who sign in, and their neighbours."""

import datetime as dt

from accounts.models import Address, User
from accounts.services.addresses import add_address
from web.demo.reading import read

PASSWORD = "groupbuy-demo"
SIGN_INS = ("operator", "orchard_owner", "consumer", "leader", "grocer_owner")
REGION = "330106"
ESTATES = ("锦绣花园", "翠苑三区", "文三新村", "嘉绿苑北区", "古荡湾新村")


def settle_people(*, now: dt.datetime) -> tuple[dict[str, User], list[User]]:
    """Registered without text messages: nobody reads them. Who is to sign in gets the password of the demo."""
    content = read("people")
    first_phone, names = content["neighbours"]["first_phone"], content["neighbours"]["names"]
    people = {
        key: _person(who["name"], who["phone"], key in SIGN_INS, now) for key, who in content.items() if "phone" in who
    }
    neighbours = [_person(name, str(first_phone + index), False, now) for index, name in enumerate(names)]
    operator = people["operator"]
    operator.is_staff = operator.is_superuser = True
    operator.save(update_fields=["is_staff", "is_superuser"])
    address_of(people["consumer"])
    return people, neighbours


def address_of(person: User) -> Address:
    """Where somebody lives; who has not said it yet says it now."""
    known = person.addresses.filter(removed_at__isnull=True).first()
    if known is not None:
        return known
    door = int(person.phone_tail)
    detail = f"{ESTATES[door % len(ESTATES)]} {door % 17 + 1} 幢 {door % 3 + 1} 单元 {door % 11 + 1}0{door % 2 + 1} 室"
    return add_address(user=person, name=person.name, phone=person.phone, region_code=REGION, detail=detail)


def _person(name: str, phone: str, signs_in: bool, now: dt.datetime) -> User:
    return User.objects.create_user(phone, PASSWORD if signs_in else None, name=name, joined_at=now)
