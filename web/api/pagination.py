"""Lists are read page by page with a cursor: as fast on the last page as on the first, and nothing is shown twice."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    """Newest first by the key inside; `page_size` up to 100."""

    ordering = "-id"
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place in the list. Raises NotFound for a cursor that we never gave out."""
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not str(cursor.position).isdecimal():
            raise NotFound(self.invalid_cursor_message)
        return cursor


class Alphabet(NewestFirst):
    """For lists that people read from their beginning."""

    ordering = "id"
