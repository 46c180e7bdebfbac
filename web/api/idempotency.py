"""A POST that moves money or stock names itself, so that its repeat has one effect and the same answer."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import Invalid, Refusal
from common.idempotency import Answer, Once, hash_request, once, once_in_one_call
from web.api.problems import PROBLEM_JSON, refusal_problem
from web.api.reading import person

T = TypeVar("T")

HEADER = "Idempotency-Key"
KEY_PATTERN = re.compile(r"^[\x21-\x7e]{1,100}$")
IDEMPOTENCY_KEY = OpenApiParameter(
    name=HEADER,
    type={"type": "string", "pattern": r"^[\x21-\x7e]{1,100}$", "minLength": 1, "maxLength": 100},
    location=OpenApiParameter.HEADER,
    required=True,
    description="A name of your own for this request, for example a UUID. Send the same one when you repeat it.",
)


class IdempotencyKeyMissing(Invalid):
    """The header is absent, empty or too long."""

    code = "idempotency_key_missing"
    message = _("缺少请求编号：请带上 Idempotency-Key，重发时不要改动")


def key_of(request: Request) -> str:
    """The request's own name. Raises IdempotencyKeyMissing."""
    key = request.headers.get(HEADER, "")
    if not KEY_PATTERN.match(key):
        raise IdempotencyKeyMissing
    return key


def answer_once(request: Request, work: Callable[[], Answer]) -> Answer:
    """Do the work in one transaction with its answer, or answer what this request was answered before."""
    return once(
        actor_id=person(request).pk,
        endpoint=f"{request.method} {request.path}"[:100],
        key=key_of(request),
        body=request.data,
        work=work,
        refuse=_refused,
    )


def answer_in_one_call(request: Request, work: Callable[[Once[T]], str], *, answer: Callable[[T], Answer]) -> Answer:
    """The same for work that keeps the request's key, with its `answer`, in the statement that has its effect, and
    returns the number of what it made.
    """
    named = Once(
        actor_id=person(request).pk,
        endpoint=f"{request.method} {request.path}"[:100],
        key=key_of(request),
        request_hash=hash_request(request.data),
        answer=answer,
    )
    return once_in_one_call(named, work=work, refuse=_refused)


def respond(answer: Answer) -> Response:
    """An answer on the wire."""
    content_type = PROBLEM_JSON if answer.status >= 400 else None
    return Response(answer.body, status=answer.status, content_type=content_type)


def _refused(refusal: Refusal) -> Answer:
    body: dict[str, Any] = refusal_problem(refusal)
    return Answer(status=refusal.status, body=body)
