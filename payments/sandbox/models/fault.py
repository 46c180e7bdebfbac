from django.db import models


class SandboxFault(models.Model):
    """Something that goes wrong on purpose, so many times, for one number or for all.

    What goes wrong with a bill goes wrong the same way however often the bill is read.
    """

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
        CALLBACK_DOUBLED = "callback_doubled", "a message is sent twice"
        CALLBACK_SWAPPED = "callback_swapped", "a message comes after the next one, or after a minute"
        CALLBACK_FORGED = "callback_forged", "a message is signed wrongly"
        WRONG_AMOUNT = "wrong_amount", "takes one fen more than it was asked to"
        BILL_LATE = "bill_late", "the bill is not ready"
        BILL_MISSING = "bill_missing", "a line is left out of the bill"
        BILL_FOREIGN = "bill_foreign", "beside a line of the bill stands one that nobody knows"
        BILL_AMOUNT = "bill_amount", "a line of the bill says one fen more"
        BILL_STATUS = "bill_status", "a line of the bill says that it went wrong"
        BILL_DOUBLE = "bill_double", "a line stands on the bill twice"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    action = models.CharField(max_length=20, blank=True, help_text="of which action; empty means all")
    number = models.CharField(
        max_length=40, blank=True, help_text="of which payment, or line of a bill; empty means all"
    )
    times = models.PositiveIntegerField(default=1, help_text="how often it still happens")
    value = models.FloatField(default=0, help_text="seconds, where the kind asks for them")
    percent = models.PositiveSmallIntegerField(default=100, help_text="how likely it is each time")
    seed = models.CharField(max_length=40, blank=True, help_text="the same seed, the same luck")
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "sandbox_fault"

    def __str__(self) -> str:
        return self.kind


class SandboxStrike(models.Model):
    """One time that a fault came true: together they are the trace of a run."""

    fault = models.ForeignKey(SandboxFault, models.CASCADE, related_name="strikes")
    turn = models.PositiveIntegerField(help_text="which of its chances it was")
    action = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "sandbox_strike"

    def __str__(self) -> str:
        return f"{self.fault} {self.turn}"
