from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.ids import new_public_code


class Sketch(models.Model):
    """A campaign somebody is still writing: what was typed so far, step by step, right or wrong.

    A Campaign is always a whole plan; until there is one, this is where the typing lives. It is a row rather than a
    session, so that it outlives a sign-out, stands in the list of drafts, and a colleague can go on with it. The draft
    that comes of it takes over its code, so that the address stays.
    """

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="sketches")
    typed = models.JSONField(default=dict, help_text='by step, as a form sends it: {"ladder": {"threshold0": ["3"]}}')
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("没写完的团")
        indexes = [models.Index(fields=["merchant", "-written_at"], name="sketch_of_merchant")]

    def __str__(self) -> str:
        return self.code
