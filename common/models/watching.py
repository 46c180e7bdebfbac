from django.db import models


class JournalMark(models.Model):
    """How far the rows of a table had come at the last look at what had moved, and at the one before.

    A key is given out before its row can be seen, so rows are looked at from the mark before on: twice.
    """

    table = models.CharField(max_length=63, primary_key=True)
    last = models.BigIntegerField()
    before = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.table} {self.last}"


class StatementWalk(models.Model):
    """When a statement that must always be true was last asked about all rows there are."""

    name = models.CharField(max_length=80, primary_key=True)
    walked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
