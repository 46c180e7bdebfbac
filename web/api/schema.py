"""The OpenAPI document says what goes wrong as exactly as what goes right."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from web.api.idempotency import IDEMPOTENCY_KEY
from web.api.problems import PROBLEM_JSON


class FieldProblem(serializers.Serializer[Any]):
    """One field and what is wrong with it."""

    field = serializers.CharField(help_text='dotted path, e.g. "lines.0.quantity"; empty for the whole body')
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `code` is for programs, `detail` for people, in the language of Accept-Language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    params = serializers.DictField(required=False, help_text="the numbers in the sentence")
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]


class ProblemAwareSchema(AutoSchema):
    """Adds the problems an operation can answer: by its permissions, its method and its need of a key."""

    def get_override_parameters(self) -> list[Any]:
        parameters = super().get_override_parameters()
        return [*parameters, IDEMPOTENCY_KEY] if self._moves_something() else parameters

    def get_operation_id(self) -> str:
        """What the view is called and what is done to it: two views never share a name within their area."""
        area = self.view.__module__.removeprefix("web.api.").replace(".", "_")
        return f"{area}_{type(self.view).__name__}_{self.method.lower()}"

    def get_tags(self) -> list[str]:
        """The area: the first word after /api/v1/."""
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            bodies[str(status)] = self._get_response_for_code(Problem, str(status), [PROBLEM_JSON], direction)
        return bodies

    def _moves_something(self) -> bool:
        return self.method in getattr(self.view, "moves_money_or_stock", ())

    def _problem_statuses(self) -> list[int]:
        statuses = {400, 404, 429}
        if not self._is_public():
            statuses |= {401, 403}
        if self.method not in ("GET", "HEAD"):
            statuses |= {401, 403, 409, 415, 503}
        if self._moves_something():
            statuses |= {422}
        return sorted(statuses)

    def _is_public(self) -> bool:
        return any(isinstance(permission, AllowAny) for permission in self.view.get_permissions())


class TokenScheme(OpenApiAuthenticationExtension):
    """How the document explains our tokens."""

    target_class = "web.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <token>`, as answered by auth/login/ and auth/register/",
        }
