"""Who lives in the demo's town, what the shops sell, and where it is fetched."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Merchant, User
from accounts.services import merchants, staff
from catalog.models import Category, Product, Sku
from catalog.services.products import ProductDetails, SkuDetails, create_product, put_on_shelf
from catalog.services.stock import adjust, set_alert_threshold
from common.money import parse_yuan
from orders.models import PickupPoint
from orders.services.pickup_points import PointDetails, save_point
from web.demo.neighbourhood import Arrival, settle_in
from web.demo.people import settle_people
from web.demo.pictures.licence import draw_licence
from web.demo.reading import read

SHOPS = ("orchard", "grocer")


@dataclass
class Shop:
    """A merchant with its owner, its pick-up points and its goods by the name of their pictures."""

    merchant: Merchant
    owner: User
    points: list[PickupPoint] = field(default_factory=list)
    products: dict[str, Product] = field(default_factory=dict)


@dataclass
class Town:
    """Everything that stands before the first campaign."""

    people: dict[str, User]
    neighbours: list[User]
    shops: dict[str, Shop]
    arrivals: list[Arrival] = field(default_factory=list)

    def sku(self, shop: str, shot: str, specification: str) -> Sku:
        return self.shops[shop].products[shot].skus.get(specification=specification)


def found_town(*, now: dt.datetime, until: dt.datetime) -> Town:
    """Make people, shops, points, communities, shelves, goods and stock, as of `now`; newcomers come until then."""
    people, neighbours = settle_people(now=now, until=until)
    shops = read("shops")
    town = Town(people, neighbours, {key: _shop(shops[key], people, now=now) for key in SHOPS})
    keys = [point["key"] for key in SHOPS for point in shops[key]["points"]]
    points = [point for shop in town.shops.values() for point in shop.points]
    town.arrivals = settle_in(people, neighbours, dict(zip(keys, points, strict=True)), now=now)
    shelves = _shelves()
    for goods in read("goods")["products"]:
        shop = town.shops[goods["shop"]]
        shop.products[goods["shot"]] = _product(shop, goods, shelves[goods["category"]], now=now)
    return town


def apply_to_sell(town: Town, *, now: dt.datetime) -> Merchant:
    """One more merchant asks to be let in, and waits for the operator."""
    return _apply(read("shops")["applicant"], town.people, now=now)


def _shop(content: dict[str, Any], people: dict[str, User], *, now: dt.datetime) -> Shop:
    operator, owner = people["operator"], people[content["owner"]]
    merchant = _apply(content, people, now=now)
    merchants.approve(merchant=merchant, actor_id=operator.pk, now=now + dt.timedelta(hours=3))
    if content["trusted"]:
        merchants.set_trusted(merchant=merchant, actor_id=operator.pk, trusted=True, now=now + dt.timedelta(hours=4))
    for member in content["staff"]:
        phone = people[member["person"]].phone
        staff.add_staff(merchant=merchant, phone=phone, role=member["role"], actor_id=owner.pk, now=now)
    contact = {name: content[name] for name in ("introduction", "service_phone", "service_hours")}
    merchants.change_service_contact(merchant=merchant, actor_id=owner.pk, **contact)
    points = [_point(merchant, owner, point, people) for point in content["points"]]
    return Shop(merchant, owner, points)


def _apply(content: dict[str, Any], people: dict[str, User], *, now: dt.datetime) -> Merchant:
    owner = people[content["owner"]]
    scan = draw_licence(name=content["name"], number=content["licence_number"], owner=owner.name)
    return merchants.apply(
        user=owner,
        name=content["name"],
        contact_name=owner.name,
        contact_phone=owner.phone,
        licence_number=content["licence_number"],
        licence=SimpleUploadedFile("licence.jpg", scan, "image/jpeg"),
        now=now,
    )


def _point(merchant: Merchant, owner: User, content: dict[str, Any], people: dict[str, User]) -> PickupPoint:
    details = PointDetails(
        name=content["name"],
        address=content["address"],
        hours=content["hours"],
        latitude=Decimal(content["latitude"]),
        longitude=Decimal(content["longitude"]),
        leader_phone=people[content["leader"]].phone,
        commission_bp=content["commission_bp"],
    )
    return save_point(merchant=merchant, actor_id=owner.pk, details=details)


def _shelves() -> dict[str, Category]:
    shelves: dict[str, Category] = {}
    for position, (parent_name, name) in enumerate(read("goods")["categories"]):
        parent, _is_new = Category.objects.get_or_create(parent=None, name=parent_name, defaults={"position": position})
        shelves[name], _is_new = Category.objects.get_or_create(
            parent=parent, name=name, defaults={"position": position}
        )
    return shelves


def _product(shop: Shop, goods: dict[str, Any], shelf: Category, *, now: dt.datetime) -> Product:
    actor_id = shop.owner.pk
    product = create_product(merchant=shop.merchant, actor_id=actor_id, details=details_of(goods, shelf.pk), now=now)
    for sku, wanted in zip(product.skus.order_by("position"), goods["skus"], strict=True):
        adjust(sku_id=sku.pk, quantity=wanted["stock"], reason="首批入库", actor_id=actor_id, now=now)
        set_alert_threshold(sku_id=sku.pk, threshold=wanted["alert"], actor_id=actor_id, now=now)
    return put_on_shelf(product=product, actor_id=actor_id, now=now)


def details_of(goods: dict[str, Any], shelf_id: int | None, *, picture: str = "") -> ProductDetails:
    """What the merchant says about a product; `picture` is the HTML that stands inside its description."""
    return ProductDetails(
        name=goods["name"],
        brief=goods["brief"],
        unit=goods["unit"],
        category_id=shelf_id,
        description=goods["description"].replace("{picture}", picture),
        options=[{"name": "规格", "values": [sku["specification"] for sku in goods["skus"]]}],
        skus=[
            SkuDetails(sku["specification"], parse_yuan(sku["price"]), parse_yuan(sku["cost"])) for sku in goods["skus"]
        ],
        external_id=goods["shot"],
        no_reason_return=goods["return_days"] > 0,
        return_days=goods["return_days"],
    )
