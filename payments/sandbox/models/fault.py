from django.db import models


class SandboxFault(models.Model):
    """Something that goes wrong on purpose, so many times, for one number or for all."""

    class Kind(models.TextChoices):
        DELAY = "delay", "answers late, by `value` seconds"
        LOSE_REQUEST = "lose_request", "does nothing and hangs up"
        DROP_ANSWER = "drop_answer", "does it and hangs up"
        ERROR = "error", "does nothing and answers 503"
        TOO_MANY = "too_many", "does nothing and answers 429"
        REFUND_ABNORMAL = "refund_abnormal", "a refund ends abnormal"
        REFUND_SLOW = "refund_slow", "a refund arrives `value` seconds later"
        REFUND_HELD = "refund_held", "a refund waits until somebody finishes it"
        CALLBACK_LOST = "callback_lost", "a message is never sent"
        CALLBACK_LATE = "callback_late", "a message is sent `value` seconds later"
        CALLBACK_FORGED = "callback_forged", "a message is signed wrongly"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    action = models.CharField(max_length=20, blank=True, help_text="of which action; empty means all")
    number = models.CharField(max_length=40, blank=True, help_text="of which payment; empty means all")
    times = models.PositiveIntegerField(default=1, help_text="how often it still happens")
    value = models.FloatField(default=0, help_text="seconds, where the kind asks for them")
    percent = models.PositiveSmallIntegerField(default=100, help_text="how likely it is each time")
    seed = models.CharField(max_length=40, blank=True, help_text="the same seed, the same luck")
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "sandbox_fault"

    def __str__(self) -> str:
        return self.kind
