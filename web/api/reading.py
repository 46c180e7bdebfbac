"""What was sent, checked: views get typed values or the request is answered with what is wrong."""

from typing import Any

from rest_framework.request import Request

from accounts.models import User
from web.api.fields import Body, Query


def body_of(request: Request, shape: type[Body]) -> dict[str, Any]:
    """The checked fields of the body. Raises ValidationError."""
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def query_of(request: Request, shape: type[Query]) -> dict[str, Any]:
    """The checked parameters of the address. Raises ValidationError."""
    serializer = shape(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def person(request: Request) -> User:
    """Who is signed in; only for views that let nobody else in."""
    assert isinstance(request.user, User)
    return request.user
