"""The Celery application and its timetable. Every entry is a sweep of the database that is safe to run twice."""

import os

from celery import Celery

from groupbuy.local.environment import load_environment

load_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groupbuy.settings.development")

app = Celery("groupbuy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between two runs. A sweep that is missed is made up by the next one: each asks the database what is due.
app.conf.beat_schedule = {
    "relay-events": {"task": "common.tasks.relay_events", "schedule": 2.0},
    "open-due-campaigns": {"task": "campaigns.tasks.open_due_campaigns", "schedule": 5.0},
    "settle-due-campaigns": {"task": "campaigns.tasks.settle_due_campaigns", "schedule": 5.0},
    "expire-orders": {"task": "orders.tasks.expire_orders", "schedule": 10.0},
    "complete-orders": {"task": "orders.tasks.complete_orders", "schedule": 60.0},
    "query-payments": {"task": "payments.tasks.query_payments", "schedule": 20.0},
    "send-refunds": {"task": "payments.tasks.send_refunds", "schedule": 3.0},
    "reconcile-bills": {"task": "payments.tasks.reconcile_bills", "schedule": 300.0},
    "expire-points": {"task": "community.tasks.expire_points", "schedule": 600.0},
    "review-members": {"task": "community.tasks.review_members", "schedule": 600.0},
    "recompute-segments": {"task": "community.tasks.recompute_segments", "schedule": 600.0},
    "make-codes": {"task": "marketing.tasks.make_codes", "schedule": 5.0},
    "remind-ending-coupons": {"task": "marketing.tasks.remind_ending_coupons", "schedule": 600.0},
    "write-exports": {"task": "common.tasks.write_exports", "schedule": 3.0},
    "congratulate-members": {"task": "marketing.tasks.congratulate_members", "schedule": 1800.0},
    "end-due-promotions": {"task": "marketing.tasks.end_due_promotions", "schedule": 30.0},
    "send-dispatches": {"task": "notifications.tasks.send_dispatches", "schedule": 5.0},
    "check-invariants": {"task": "common.tasks.check_invariants", "schedule": 300.0},
    "walk-invariants": {"task": "common.tasks.walk_invariants", "schedule": 300.0},
    "fold-facts": {"task": "analytics.tasks.fold_facts", "schedule": 30.0},
    "close-days": {"task": "analytics.tasks.close_days", "schedule": 3600.0},
    "clean-up": {"task": "common.tasks.clean_up", "schedule": 3600.0},
    "clean-up-accounts": {"task": "accounts.tasks.clean_up", "schedule": 3600.0},
    "clean-up-notifications": {"task": "notifications.tasks.clean_up", "schedule": 3600.0},
    "clean-up-risk": {"task": "risk.tasks.clean_up", "schedule": 3600.0},
    "sweep-detectors": {"task": "risk.tasks.sweep_detectors", "schedule": 21600.0},
}
for entry in app.conf.beat_schedule.values():
    # A sweep nobody took in time is worth nothing: the next one is already queued.
    entry["options"] = {"expires": max(entry["schedule"], 10.0)}
