"""Bodies are bounded before they are read."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

LONGEST_BODY = 1024 * 1024


class BoundedJSONParser(JSONParser):
    """JSON of at most one megabyte, nested no deeper than anybody means it."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            raise ParseError(_("内容太长"), code="too_long")
        try:
            parsed = super().parse(io.BytesIO(body), media_type=media_type, parser_context=parser_context)
        except RecursionError as error:
            raise ParseError(_("内容嵌套太深"), code="too_deep") from error
        return parsed
