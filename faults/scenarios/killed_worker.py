"""The worker is killed at random points while the orders of a failed campaign are refunded."""

import time
from functools import partial

from campaigns.models import CampaignOrder
from faults.books import come_to_rest, let_time_pass, refunded, refunds_done, report_refunds
from faults.findings import Findings
from faults.seeding import end_now, missed_campaign
from faults.stage import Stage
from faults.waiting import wait_until


def run(stage: Stage) -> Findings:
    """The first kill hits the settlement, the others the refunds."""
    size = stage.size
    findings = Findings(f"worker kill -9 at {size.kills} random points of {size.refunds:,} refunds")
    code = missed_campaign(stage, orders=size.refunds)
    end_now(code)
    settled = CampaignOrder.objects.filter(campaign__code=code, settled_at__isnull=False)
    wait_until(settled.exists, "the settlement did not begin", seconds=size.patience)
    _kill(stage)
    for most in sorted(stage.luck.randrange(size.refunds * 8 // 10) for _kill_left in range(size.kills - 1)):
        reached = partial(_are_done, code, max(most, refunds_done(code) + 1))
        wait_until(reached, "the refunds stand still", seconds=size.patience)
        time.sleep(stage.luck.uniform(0, 0.5))
        _kill(stage)
    wait_until(lambda: refunded(code).once == size.refunds, "not everybody has their money", seconds=size.patience)
    come_to_rest(findings, seconds=size.patience)
    report_refunds(findings, code, wanted=size.refunds)
    return findings


def _are_done(code: str, count: int) -> bool:
    return refunds_done(code) >= count


def _kill(stage: Stage) -> None:
    stage.platform.kill("worker")
    if not stage.size.unhurried:
        let_time_pass()
    stage.platform.start("worker")
