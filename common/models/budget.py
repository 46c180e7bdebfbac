from django.db import models


class Budget(models.Model):
    """How often a thing was done in one window of time; the guard of every rate that must not be forgotten."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64, help_text="whom it counts for; personal data only as keyed hash")
    window_starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key", "window_starts_at"], name="budget_one_window")]
        indexes = [models.Index(fields=["window_starts_at"], name="budget_age")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.count}"
