"""Rows like those that services wrote, many times over, in one statement for each table.

What is cloned has ids above `first_id`, where there are none. In the values, `g` counts the copies, and `nth` the rows
that the original has in a table.
"""

from collections.abc import Mapping

from django.db import connection

from campaigns.models import Campaign
from orders.models import Order


def clone_campaigns(campaign: Campaign, count: int, *, first_id: int) -> None:
    """Campaigns like this one, which offers one SKU, each with a product of its own. Codes are `code_of`."""
    fresh = f"{first_id} + g"
    wide = f"{first_id} + (src.nth - 1) * {count} + g"
    code = "'SP' || lpad(g::text, 8, '0')"
    offer = campaign.skus.get()
    sku, product = offer.sku_id, offer.sku.product_id
    purpose = f"replace(src.{{}}, '{campaign.code}', {code})"
    of_campaign = {"campaign_id": fresh}
    _clone("catalog_product", f"src.id = {product}", {"id": fresh, "code": code}, count)
    _clone("catalog_sku", f"src.id = {sku}", {"id": fresh, "code": code, "product_id": fresh}, count)
    _clone("catalog_stock", f"src.sku_id = {sku}", {"sku_id": fresh}, count)
    allotted = {"id": fresh, "sku_id": fresh, "purpose": purpose.format("purpose")}
    _clone("catalog_allotment", f"src.id = {offer.allotment_id}", allotted, count)
    moved = {"allotment_id": f"src.allotment_id * 0 + {fresh}", "document": purpose.format("document")}
    _clone("catalog_stockmovement", f"src.sku_id = {sku}", {"id": wide, "sku_id": fresh, **moved}, count)
    _clone("campaigns_campaign", f"src.id = {campaign.pk}", {"id": fresh, "code": code}, count)
    part = f"src.campaign_id = {campaign.pk}"
    _clone("campaigns_campaignprogress", part, of_campaign, count)
    _clone("campaigns_campaign_pickup_points", part, {"id": wide, **of_campaign}, count)
    _clone("campaigns_campaignsku", part, {"id": fresh, **of_campaign, "sku_id": fresh, "allotment_id": fresh}, count)
    _clone("campaigns_tier", part, {"id": wide, **of_campaign}, count)
    priced = {"id": wide, "campaign_sku_id": fresh, "tier_id": wide}
    _clone("campaigns_tierprice", f"src.campaign_sku_id = {offer.pk}", priced, count)
    timeline = (
        f"(src.entity = 'campaigns.campaign' AND src.object_id = {campaign.pk})"
        f" OR (src.entity = 'catalog.product' AND src.object_id = {product})"
    )
    _clone("common_transition", timeline, {"id": wide, "object_id": fresh}, count)


def code_of(number: int) -> str:
    """The code of the campaign that was cloned as this one, from 1 on; that of its product and its SKU as well."""
    return f"SP{number:08d}"


def clone_orders(order: Order, count: int, *, first_id: int) -> None:
    """Rows like those of the order for so many more buyers."""
    fresh = f"{first_id} + g"
    wide = f"{first_id} + (src.nth - 1) * {count} + g"
    of_order = {"order_id": fresh}
    number = f"'G' || lpad(({fresh})::text, 14, '0')"
    payment = f"(SELECT id FROM payments_payment WHERE subject_number = '{order.number}')"
    bookings = f"(SELECT id FROM payments_ledgertransaction WHERE payment_id = {payment})"
    person = f"src.user_id = {order.buyer_id}"
    campaign = f"src.campaign_id = (SELECT id FROM campaigns_campaign WHERE code = '{order.source_code}')"
    user = {"id": fresh, "code": f"'C' || lpad(({fresh})::text, 9, '0')", "phone_hash": f"'clone-' || {fresh}"}
    _clone("accounts_user", f"src.id = {order.buyer_id}", user, count)
    _clone("orders_order", f"src.id = {order.pk}", {"id": fresh, "number": number, "buyer_id": fresh}, count)
    _clone("orders_orderline", f"src.order_id = {order.pk}", {"id": fresh, **of_order}, count)
    _clone("orders_priceline", f"src.order_id = {order.pk}", {"id": wide, **of_order, "line_id": fresh}, count)
    _clone("orders_hold", f"src.order_id = {order.pk}", {"id": fresh, **of_order}, count)
    _clone("orders_orderclaim", f"src.order_id = {order.pk}", {"id": wide, **of_order}, count)
    _clone("campaigns_campaignorder", f"src.order_id = {order.pk}", of_order, count)
    _clone("campaigns_participant", f"{person} AND {campaign}", {"id": fresh, "user_id": fresh}, count)
    _clone("catalog_stockmovement", f"src.document = '{order.number}'", {"id": wide, "document": number}, count)
    paid = {
        "id": fresh,
        "number": f"'P' || {fresh}",
        "subject_number": number,
        "gateway_number": f"'T' || {fresh}",
        "payer_id": fresh,
    }
    _clone("payments_payment", f"src.id = {payment}", paid, count)
    proof = {"id": fresh, "event_id": f"'clone:' || {fresh}", "payment_id": fresh}
    _clone("payments_callback", f"src.payment_id = {payment}", proof, count)
    booked = {"id": fresh, "key": f"'capture:P' || {fresh}", "payment_id": fresh, "subject_number": number}
    _clone("payments_ledgertransaction", f"src.id = {bookings}", booked, count)
    _clone("payments_ledgerentry", f"src.transaction_id = {bookings}", {"id": wide, "transaction_id": fresh}, count)
    timeline = (
        f"(src.entity = 'orders.order' AND src.object_id = {order.pk})"
        f" OR (src.entity = 'payments.payment' AND src.object_id = {payment})"
    )
    _clone("common_transition", timeline, {"id": wide, "object_id": fresh, "actor_id": fresh}, count)
    _count(order, count)


def _clone(table: str, where: str, changed: Mapping[str, str], count: int) -> None:
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        values = [changed.get(column, f'src."{column}"') for column in columns]
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM "
            f"(SELECT src.*, row_number() OVER (ORDER BY src) AS nth FROM {table} src WHERE {where}) src, "
            f"generate_series(1, {count}) g ORDER BY src.nth, g"
        )
        if "id" in columns:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _count(order: Order, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_campaignprogress SET paid_participants = paid_participants + %s, "
            "paid_pieces = paid_pieces + %s WHERE campaign_id = (SELECT id FROM campaigns_campaign WHERE code = %s)",
            [count, count, order.source_code],
        )
        cursor.execute(
            "UPDATE catalog_allotment SET reserved = reserved + %s WHERE purpose = %s",
            [count, f"campaign:{order.source_code}"],
        )
