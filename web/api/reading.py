"""What was sent, checked: views get typed values or the request is answered with what is wrong."""

from functools import cache
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.models import User
from web.api.fields import Body, Query


def body_of(request: Request, shape: type[Body]) -> dict[str, Any]:
    """The checked fields of the body. Raises ValidationError."""
    return _checked(shape, request.data)


def query_of(request: Request, shape: type[Query]) -> dict[str, Any]:
    """The checked parameters of the address. Raises ValidationError."""
    return _checked(shape, request.query_params.dict())


def _checked(shape: type[Body] | type[Query], data: Any) -> dict[str, Any]:
    """Nearly everything that is sent is right: only what is not needs a serializer of its own, to say what is wrong."""
    try:
        return dict(_validator(shape).run_validation(data))
    except ValidationError:
        serializer = shape(data=data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


@cache
def _validator(shape: type[Body] | type[Query]) -> Body | Query:
    """One for all requests: making its fields costs more than checking by them, and checking leaves no trace in it."""
    return shape()


def person(request: Request) -> User:
    """Who is signed in; only for views that let nobody else in."""
    assert isinstance(request.user, User)
    return request.user
