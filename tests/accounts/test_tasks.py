"""The sweeps of accounts and notifications are safe to run twice."""

import pytest

from accounts.models import SignInAttempt, SmsCode
from accounts.tasks import clean_up
from common.clock import database_now
from groupbuy.celery import app
from notifications.tasks import clean_up as clean_up_texts


@pytest.mark.django_db
def test_cleaning_twice_keeps_what_is_new():
    now = database_now()
    SignInAttempt.objects.create(phone_hash="a", at=now)
    SmsCode.objects.create(phone_hash="a", purpose="sign_in", code_hash="b", sent_at=now, expires_at=now)
    for _run in range(2):
        clean_up()
        clean_up_texts()
    assert (SignInAttempt.objects.count(), SmsCode.objects.count()) == (1, 1)


def test_the_timetable_names_tasks_that_exist():
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"accounts.tasks.clean_up", "notifications.tasks.clean_up", "common.tasks.relay_events"} <= wanted
    assert {task for task in wanted if task.split(".")[0] in ("accounts", "notifications", "common")} <= set(app.tasks)
