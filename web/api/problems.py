"""Every error is application/problem+json (RFC 9457) with a code that programs can tell apart."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import exception_handler

from common.contention import as_refusal
from common.errors import InvalidField, Refusal

PROBLEM_JSON = "application/problem+json"
# Some messages repeat what was sent.
LONGEST_DETAIL = 300


def answer_exception(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The problem an exception is answered with; None, and thereby a 500, for everything nobody anticipated."""
    refusal = exception if isinstance(exception, Refusal) else as_refusal(exception)
    if refusal is not None:
        return problem_response(refusal_problem(refusal))
    if isinstance(exception, SuspiciousOperation):
        exception = exceptions.ParseError()
    answer = exception_handler(exception, context)
    if answer is None:
        return None
    answer.data = _problem_of(exception, answer)
    answer.content_type = PROBLEM_JSON
    return answer


def problem_response(problem: dict[str, Any]) -> Response:
    """A response that says it is a problem."""
    return Response(problem, status=problem["status"], content_type=PROBLEM_JSON)


def refusal_problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal of the house: its own status, code, sentence and numbers."""
    found = problem(refusal.status, refusal.code, str(refusal))
    if refusal.params:
        found["params"] = json.loads(json.dumps(refusal.params, cls=JSONEncoder, default=str))
    if isinstance(refusal, InvalidField):
        found["errors"] = [{"field": refusal.params["field"], "code": refusal.code, "detail": str(refusal)}]
    return found


def problem(status: int, code: str, detail: str) -> dict[str, Any]:
    """The members that every problem has."""
    return {
        "type": f"urn:groupbuy:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }


def _problem_of(exception: Exception, answer: Response) -> dict[str, Any]:
    if isinstance(exception, exceptions.ValidationError):
        found = problem(400, "invalid", _("填写的内容有误"))
        found["errors"] = list(_field_errors(exception.get_full_details()))
        return found
    if isinstance(exception, Http404):
        return problem(404, "not_found", _("没有找到"))
    if isinstance(exception, PermissionDenied):
        return problem(403, "denied", _("你没有权限这样做"))
    assert isinstance(exception, exceptions.APIException)
    return problem(answer.status_code, _code_of(exception), str(exception.detail))


def _code_of(exception: exceptions.APIException) -> str:
    codes = exception.get_codes()
    return codes if isinstance(codes, str) else exception.default_code


def _field_errors(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Each complaint with the dotted path of its field, e.g. "lines.0.quantity"."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"} and isinstance(details["code"], str):
        yield {"field": path, "code": details["code"], "detail": str(details["message"])[:LONGEST_DETAIL]}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            yield from _field_errors(inner, f"{path}.{name}" if path else str(name))
    else:
        for index, inner in enumerate(details):
            is_complaint = isinstance(inner, Mapping) and set(inner) == {"message", "code"}
            yield from _field_errors(inner, path if is_complaint else f"{path}.{index}")
