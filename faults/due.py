"""Something due for each task of the platform. A task without a case here fails a test."""

import datetime as dt
from collections.abc import Callable, Mapping

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import SignInAttempt, SmsCode, User
from accounts.selectors.staff import recipients
from analytics.models import ClosedDay, MerchantDay, Visit, VisitSalt
from campaigns.models import Campaign
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from campaigns.sources import purpose_of
from catalog.models import Sku
from catalog.services.stock import adjust
from common.clock import database_now, day_of
from common.models import Alert, Budget, ExportJob, IdempotencyKey, OutboxEvent, StatementWalk
from community.models import Community, MemberSegment, Membership, MemberStanding, MemberTier
from community.services.points import award
from community.states import BenefitKind, PointsKind, Segment
from faults.seeding import buy, end_now, open_code, pay_untold, people, place
from faults.stage import Town
from groupbuy.celery import app
from marketing.models import Coupon, CouponTemplate, Promotion
from marketing.plans import CouponPlan
from marketing.promotion_plans import PromotionPlan, StepPlan
from marketing.services.codes import order_batch
from marketing.services.issuing import issue
from marketing.services.promotions.drafting import save_promotion
from marketing.services.promotions.launching import launch
from marketing.services.templates import create_template, stop_template
from marketing.states import PromotionKind, PromotionScope
from notifications.models import TextMessage
from notifications.services.inbox import tell
from orders.models import Order
from orders.services.fulfilment import mark_ready, verify_pickup
from payments.models import Payment, ReconciliationCase, ReconciliationRun
from payments.sandbox.models import SandboxPayment
from risk.models import RiskCase, Sighting
from risk.services.sightings import sight

LONG_AGO = dt.timedelta(days=400)
A_DAY = dt.timedelta(days=1)
LAST_NIGHT = dt.timedelta(days=1)
A_FEW_DAYS = dt.timedelta(days=3)
A_WHILE = dt.timedelta(minutes=2)
UNKNOWN = "faults"

Case = Callable[[Town], None]


def tasks() -> dict[str, Callable[[], None]]:
    """Every task of ours that a worker knows, by its name."""
    app.loader.import_default_modules()
    return {name: task.run for name, task in app.tasks.items() if not name.startswith("celery.")}


def old_codes(_town: Town) -> None:
    """A code and a wrong password that no limit counts any more."""
    then = database_now() - LONG_AGO
    SmsCode.objects.create(phone_hash="a", purpose="sign_in", code_hash="b", sent_at=then, expires_at=then)
    SignInAttempt.objects.create(phone_hash="a", at=then)


def old_texts(_town: Town) -> None:
    """A text message nobody looks at any more."""
    TextMessage.objects.create(phone_hash="a", text="123456", sent_at=database_now() - LONG_AGO)


def old_keys(town: Town) -> None:
    """An idempotency key, a budget, an event and an exported file that have been kept long enough."""
    then = database_now() - LONG_AGO
    IdempotencyKey.objects.create(
        actor=town.shop.owner, endpoint="POST /", key=f"old-{town.turn()}", request_hash="", created_at=then
    )
    Budget.objects.create(scope="old", key="old", window_starts_at=then)
    OutboxEvent.objects.create(name="faults.Old", payload={}, published_at=then, relayed_at=then)
    expired = _export(town, status=ExportJob.Status.DONE, done_at=then, expires_at=then)
    expired.file.save("old.csv", ContentFile(b"old"))


def _export(town: Town, **fields: object) -> ExportJob:
    return ExportJob(
        report="shop.products",
        scope=town.shop.merchant.code,
        format=ExportJob.Format.CSV,
        language="zh-hans",
        requested_by=town.shop.owner,
        requested_at=database_now(),
        **fields,
    )


def wanted_export(town: Town) -> None:
    """A list that somebody wants as a file."""
    _export(town, status=ExportJob.Status.QUEUED).save()


def uncounted_yesterday(town: Town) -> None:
    """Somebody looked yesterday, nobody has counted it, and the salt is still there that told visitors apart."""
    then = database_now() - LAST_NIGHT
    ClosedDay.objects.all().delete()
    MerchantDay.objects.filter(day=day_of(then)).delete()
    VisitSalt.objects.create(day=day_of(then), salt="old")
    _look(town, then)


def changed_day(town: Town) -> None:
    """Somebody has looked today, and nobody has counted it."""
    MerchantDay.objects.filter(day=day_of(database_now())).delete()
    _look(town, database_now())


def _look(town: Town, at: dt.datetime) -> None:
    seen = {"seen_at": at, "merchant": town.shop.merchant, "is_counted": False}
    Visit.objects.update_or_create(day=day_of(at), visitor="neighbour", defaults=seen)


def news(town: Town) -> None:
    """An order that was paid, and whose buyer has not heard it."""
    buy(people(town, 1)[0], open_code(town), now=database_now())


def broken_statement(_town: Town) -> None:
    """An event that has waited for hours, and of which no operator has heard."""
    Alert.objects.all().delete()
    OutboxEvent.objects.create(name="faults.Stuck", payload={}, published_at=database_now() - LONG_AGO)


def statements_to_walk(_town: Town) -> None:
    """Statements that nobody has asked about all there is."""
    StatementWalk.objects.all().delete()


def scheduled_campaign(town: Town) -> None:
    """A campaign whose opening has come."""
    Campaign.objects.filter(code=open_code(town, opened=False)).update(opens_at=database_now() - A_WHILE)


def campaigns_that_are_over(town: Town) -> None:
    """One that made it and owes a difference, one that did not and owes everything; each has an unpaid order too."""
    for thresholds in ((1, 2, 3), (10, 20, 30)):
        code = open_code(town, thresholds=thresholds)
        alice, bob, carol = people(town, 3)
        buy(alice, code, now=database_now())
        buy(bob, code, now=database_now())
        place(carol, code, now=database_now())
        end_now(code)


def unpaid_order(town: Town) -> None:
    """An order whose time to pay is over; the gateway knows its payment."""
    order, _payment = place(people(town, 1)[0], open_code(town), now=database_now())
    Order.objects.filter(pk=order.pk).update(pay_by=database_now())


def untold_payment(town: Town) -> None:
    """A payment that was paid two minutes ago, and nobody told us."""
    _order, payment = place(people(town, 1)[0], open_code(town), now=database_now())
    pay_untold(payment)
    Payment.objects.filter(pk=payment.pk).update(created_at=database_now() - A_WHILE)


def due_refund(town: Town) -> None:
    """Money of somebody who left."""
    buyer = people(town, 1)[0]
    order, _payment = buy(buyer, open_code(town), now=database_now())
    withdraw(buyer=buyer, order=order, now=database_now())


def unread_bill(town: Town) -> None:
    """Bills nobody has read, and on one of them a payment that nobody here knows."""
    ReconciliationCase.objects.all().delete()
    ReconciliationRun.objects.all().delete()
    SandboxPayment.objects.filter(title=UNKNOWN).delete()
    then = database_now() - A_FEW_DAYS
    SandboxPayment.objects.create(
        number=f"U{town.turn()}",
        title=UNKNOWN,
        amount_fen=2990,
        status=SandboxPayment.Status.PAID,
        created_at=then,
        expires_at=then,
        paid_at=then,
    )


def order_nobody_complains_about(town: Town) -> None:
    """An order that was handed over, and whose time to complain is over."""
    code = open_code(town, thresholds=(1, 2, 3))
    order, _payment = buy(people(town, 1)[0], code, now=database_now())
    end_now(code)
    settle(campaign_id=Campaign.objects.get(code=code).pk, now=database_now())
    owner = town.shop.owner
    mark_ready(merchant=town.shop.merchant, numbers=[order.number], actor_id=owner.pk, now=database_now())
    order.refresh_from_db()
    verify_pickup(actor=owner, code=order.pickup_code, now=database_now() - A_FEW_DAYS)


def silent_neighbour(town: Town) -> None:
    """Somebody who was active when they were last looked at, and has been silent since."""
    then, turn = database_now() - LONG_AGO, town.turn()
    place = Community.objects.create(
        name=f"小区 {turn}", region_code="330106", address="文三路", latitude=30, longitude=120, founded_at=then
    )
    neighbour = people(town, 1)[0]
    Membership.objects.create(community=place, user=neighbour, joined_at=then)
    MemberSegment.objects.create(user=neighbour, segment=Segment.ACTIVE, since=then, computed_at=then)


def _coupon_of(town: Town) -> CouponTemplate:
    """A coupon of the shop, good for a few days after receipt."""
    plan = CouponPlan(name="满 20 减 5", opens_at=database_now(), amount_fen=500, threshold_fen=2_000, valid_days=3)
    shop = town.shop
    return create_template(merchant=shop.merchant, plan=plan, actor_id=shop.owner.pk, now=database_now())


def ordered_codes(town: Town) -> None:
    """Codes that somebody ordered, too many to wait for."""
    order_batch(template=_coupon_of(town), quantity=600, actor_id=town.shop.owner.pk, now=database_now())


def ending_coupon(town: Town) -> None:
    """A coupon that ends tomorrow, and whose owner has not heard it."""
    holder = people(town, 1)[0]
    then = database_now() - A_WHILE
    [coupon] = issue(template=_coupon_of(town), user_ids=[holder.pk], source="due", now=database_now())
    Coupon.objects.filter(pk=coupon.pk).update(valid_until=then + A_DAY, received_at=then - A_FEW_DAYS)


def forgotten_points(town: Town) -> None:
    """Points that somebody was given long ago and never spent."""
    source = f"long ago {town.turn()}"
    then = database_now() - LONG_AGO
    award(user_id=people(town, 1)[0].pk, kind=PointsKind.GIFT, amount=50, source=source, now=then)


def lapsed_member(town: Town) -> None:
    """Somebody in the highest tier who buys nothing any more, and whose day has come."""
    then = database_now() - LONG_AGO
    tier = MemberTier.objects.order_by("-rank")[0]
    MemberStanding.objects.create(
        user=people(town, 1)[0], tier=tier, since=then, reviewed_at=then, review_on=then.date()
    )


def promotion_that_is_over(town: Town) -> None:
    """One whose time is over, with gifts nobody got."""
    sku = Sku.objects.get(allotments__purpose=purpose_of(open_code(town)))
    now, actor_id = database_now(), town.shop.owner.pk
    adjust(sku_id=sku.pk, quantity=3, reason="到货", actor_id=actor_id, now=now)
    step = StepPlan(5_000, gift_sku=sku.code, gift_pieces=1, gift_stock=3)
    plan = PromotionPlan("满赠", PromotionKind.GIFT, PromotionScope.SHOP, now - A_WHILE, now + A_WHILE, (step,))
    draft = save_promotion(merchant=town.shop.merchant, actor_id=actor_id, plan=plan, now=now)
    launch(promotion=draft, actor_id=actor_id, now=now)
    Promotion.objects.filter(pk=draft.pk).update(ends_at=database_now())


def waiting_message(town: Town) -> None:
    """Somebody who is to be told at once, by text, that money may go to a new account."""
    Budget.objects.filter(scope="sms-notices").delete()
    told = recipients([people(town, 1)[0].pk])
    tell(recipients=told, kind="payee_added", about=UNKNOWN, context={"payee": UNKNOWN}, url="/", now=database_now())


def old_sightings(town: Town) -> None:
    """Where somebody was seen so long ago that it says nothing any more."""
    person, then = people(town, 1)[0], database_now() - LONG_AGO
    Sighting.objects.create(user=person, device_hash="a", network_hash="b", first_seen=then, last_seen=then)


def crowded_device(town: Town) -> None:
    """A device that more people use than one family has, and no case about it."""
    RiskCase.objects.all().delete()
    Sighting.objects.all().delete()
    for person in people(town, 6):
        sight(user_id=person.pk, device="tablet", ip="203.0.113.7", now=database_now())


def birthday(town: Town) -> None:
    """Somebody of the highest tier, whose birthday is today; no coupon of an earlier one is given out any more."""
    member, now = people(town, 1)[0], database_now()
    for template in CouponTemplate.objects.active().filter(merchant=None):
        stop_template(template=template, actor_id=town.shop.owner.pk, now=now)
    User.objects.filter(pk=member.pk).update(birthday=f"{timezone.localtime(now):%m-%d}")
    tier = MemberTier.objects.filter(benefits__kind=BenefitKind.BIRTHDAY_COUPON).order_by("-rank")[0]
    MemberStanding.objects.create(user=member, tier=tier, since=now, reviewed_at=now)


CASES: Mapping[str, Case] = {
    "accounts.tasks.clean_up": old_codes,
    "analytics.tasks.close_days": uncounted_yesterday,
    "analytics.tasks.fold_facts": changed_day,
    "campaigns.tasks.open_due_campaigns": scheduled_campaign,
    "campaigns.tasks.settle_due_campaigns": campaigns_that_are_over,
    "common.tasks.check_invariants": broken_statement,
    "common.tasks.clean_up": old_keys,
    "common.tasks.relay_events": news,
    "common.tasks.walk_invariants": statements_to_walk,
    "common.tasks.write_exports": wanted_export,
    "community.tasks.expire_points": forgotten_points,
    "community.tasks.recompute_segments": silent_neighbour,
    "community.tasks.review_members": lapsed_member,
    "marketing.tasks.make_codes": ordered_codes,
    "marketing.tasks.remind_ending_coupons": ending_coupon,
    "marketing.tasks.congratulate_members": birthday,
    "marketing.tasks.end_due_promotions": promotion_that_is_over,
    "notifications.tasks.clean_up": old_texts,
    "notifications.tasks.send_dispatches": waiting_message,
    "orders.tasks.complete_orders": order_nobody_complains_about,
    "orders.tasks.expire_orders": unpaid_order,
    "payments.tasks.query_payments": untold_payment,
    "payments.tasks.reconcile_bills": unread_bill,
    "payments.tasks.send_refunds": due_refund,
    "risk.tasks.clean_up": old_sightings,
    "risk.tasks.sweep_detectors": crowded_device,
}
