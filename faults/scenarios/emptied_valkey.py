"""Valkey forgets everything in the middle of refunds, joins and payments: it held nothing that anybody needs."""

import time

import requests
from django.conf import settings
from django.test import Client

from accounts.models import User
from common.models import OutboxEvent
from faults.books import come_to_rest, refunded, refunds_done, report_refunds
from faults.findings import Findings
from faults.seeding import end_now, missed_campaign, open_code, people
from faults.shopping import Shoppers
from faults.stage import Stage
from faults.waiting import wait_until

SECONDS_TO_REBUILD = 120


def run(stage: Stage) -> Findings:
    """After each time the sweeps come back by themselves, and whoever was signed in still is."""
    size = stage.size
    orders = size.refunds_while_flushing
    findings = Findings(f"Valkey FLUSHALL ×{size.flushes} during {orders:,} refunds, joins and payments")
    code = missed_campaign(stage, orders=orders)
    shoppers = Shoppers(stage.platform, open_code(stage), people(stage, size.buyers))
    session = _sign_in(people(stage, 1)[0])
    end_now(code)
    with shoppers.shopping(size.shoppers):
        slowest = max(_empty(stage, code, turn) for turn in range(size.flushes))
    findings.measure("queue back within", slowest, SECONDS_TO_REBUILD)
    wait_until(lambda: refunded(code).once == orders, "not everybody has their money", seconds=size.patience)
    come_to_rest(findings, seconds=size.patience)
    report_refunds(findings, code, wanted=orders)
    shoppers.report(findings, seconds=size.patience)
    findings.count("session kept", int(_is_signed_in(stage, session)), 1)
    return findings


def _empty(stage: Stage, code: str, turn: int) -> float:
    """Empty it among the refunds; how long it took until an event published afterwards was seen by the sweeps."""
    share = stage.size.refunds_while_flushing * turn // stage.size.flushes
    wait_until(lambda: refunds_done(code) > share, "the refunds stand still", seconds=stage.size.patience)
    time.sleep(stage.luck.uniform(0, 1))
    stage.platform.empty_valkey()
    sign = OutboxEvent.objects.create(name="faults.Emptied", payload={})
    seen = OutboxEvent.objects.filter(pk=sign.pk, relayed_at__isnull=False)
    return wait_until(seen.exists, "no sweep since Valkey was emptied", seconds=SECONDS_TO_REBUILD * 2)


def _sign_in(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def _is_signed_in(stage: Stage, session: str) -> bool:
    cookies = {settings.SESSION_COOKIE_NAME: session}
    address = f"{stage.platform.address}/orders/"
    return requests.get(address, cookies=cookies, timeout=30, allow_redirects=False).status_code == 200
