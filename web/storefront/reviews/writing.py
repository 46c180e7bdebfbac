"""B7: reviewing what was picked up, line by line."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotFound, Refusal
from community.errors import AlreadyReviewed, NotReceivedYet
from community.models import Review
from community.selectors.reviews import of_order
from community.services.reviews import write_review
from community.states import RECEIVED
from orders.models import Order, OrderLine
from web.access import own_order, person, signed_in
from web.pictures import with_pictures
from web.storefront.reviews.forms import ReviewForm


@dataclass(frozen=True)
class Entry:
    """One line: what was said of it, or the form to say it with."""

    line: OrderLine
    picture: str
    review: Review | None
    form: ReviewForm


@signed_in
def review(request: HttpRequest, number: str) -> HttpResponse:
    """A form for each line of my order that I have not reviewed yet; a second press finds it done."""
    mine = own_order(request, number)
    if mine.status not in RECEIVED:
        raise NotReceivedYet
    posted = _posted(request)
    if posted and posted.is_valid():
        try:
            _write(request, mine, posted)
        except AlreadyReviewed:
            return redirect("storefront:review", number)
        except NotFound:
            raise
        except Refusal as refusal:
            posted.refuse(refusal)
        else:
            messages.success(request, _("评价已发布，谢谢"))
            return redirect("storefront:review", number)
    entries = _entries(request, mine, posted)
    context = {"tab": "orders", "order": mine, "entries": entries, "done": all(entry.review for entry in entries)}
    return render(request, "storefront/reviews/write.html", context)


def _posted(request: HttpRequest) -> ReviewForm | None:
    if request.method != "POST":
        return None
    return ReviewForm(request.POST, request.FILES, auto_id=f"{_line_id(request)}-%s")


def _line_id(request: HttpRequest) -> int:
    typed = request.POST.get("line", "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _write(request: HttpRequest, mine: Order, form: ReviewForm) -> None:
    write_review(
        author=person(request),
        order_number=mine.number,
        line_id=_line_id(request),
        now=timezone.now(),
        **form.cleaned_data,
    )


def _entries(request: HttpRequest, mine: Order, posted: ReviewForm | None) -> list[Entry]:
    said, line_id = of_order(mine), _line_id(request)
    return [
        Entry(
            line,
            picture,
            said.get(line.pk),
            posted if posted and line.pk == line_id else ReviewForm(auto_id=f"{line.pk}-%s"),
        )
        for line, picture in with_pictures([line for line in mine.lines.all() if not line.is_gift])
    ]
