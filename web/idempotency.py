"""A form that moves money or stock carries a key of its own: sent twice, it has one effect and one result."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.idempotency import Answer, KeyReused, once
from web.access import person

FIELD = "idempotency_key"
SEE_OTHER = 303
NOT_PART = {FIELD, "csrfmiddlewaretoken"}


class SaidNo(Refusal):
    """The refusal that this form was answered with, the first time or again."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(**body)
        self.status = status  # type: ignore[misc]
        self.code = body["code"]  # type: ignore[misc]

    def __str__(self) -> str:
        return str(self.params["message"])


class FormChanged(Refusal):
    """The form was answered already, and says something else now."""

    code = "form_changed"
    status = 422
    message = _("这张表提交过一次，内容又改了。看清楚再提交")


def new_key() -> str:
    """A fresh key for a form that is about to be shown."""
    return secrets.token_urlsafe(18)


def once_per_form(request: HttpRequest, work: Callable[[], str]) -> str:
    """Do what a posted form asks for, once; returns the address of the result, the same for a repeat.

    `work` talks to nobody but the database and returns that address. Raises SaidNo, FormChanged and StillRunning.
    """
    try:
        answer = once(
            actor_id=person(request).pk,
            endpoint=f"POST {request.path}"[:100],
            key=request.POST.get(FIELD, "")[:64] or new_key(),
            body={name: values for name, values in sorted(request.POST.lists()) if name not in NOT_PART},
            work=lambda: Answer(SEE_OTHER, {"url": work()}),
            refuse=_refused,
        )
    except KeyReused as error:
        raise FormChanged from error
    if answer.status != SEE_OTHER:
        raise SaidNo(answer.status, answer.body)
    return str(answer.body["url"])


def _refused(refusal: Refusal) -> Answer:
    body = {"code": refusal.code, "message": str(refusal), "field": refusal.params.get("field", "")}
    return Answer(refusal.status, body)
