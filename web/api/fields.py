"""Fields that take what they say and nothing that merely looks like it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

LARGEST_WHOLE_NUMBER = 2_147_483_647


class WholeNumber(serializers.IntegerField):
    """A JSON integer. Not "2", not 2.0, not true: money and pieces are not guessed."""

    default_error_messages = {"not_whole": _("要写成整数")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_value", LARGEST_WHOLE_NUMBER)
        options.setdefault("min_value", 0)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("not_whole")
        return int(data)


class Text(serializers.CharField):
    """A JSON string. Not a number that happens to be readable as one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Code(Text):
    """The public code of something: ten characters of Crockford's alphabet."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 10)
        super().__init__(**options)


class Query(serializers.Serializer[Any]):
    """Parameters of an address. One it does not know is passed over, as everywhere on the web."""


class Body(serializers.Serializer[Any]):
    """A request body. A field it does not know is refused, so that nobody believes it had an effect."""

    default_error_messages = {"unknown": _("没有这个字段")}

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields)) if hasattr(data, "keys") else []
        if unknown:
            raise serializers.ValidationError(
                {str(name)[:60]: [self.error_messages["unknown"]] for name in unknown}, code="unknown"
            )
        return values
