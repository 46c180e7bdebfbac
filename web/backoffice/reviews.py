"""B7: what buyers say and neighbours ask, and answering it in place."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common.errors import Refusal
from community.errors import AlreadyAnswered
from community.models import Question, Review
from community.selectors import questions, reviews
from community.services.questions import answer_question
from community.services.reviews import LONGEST_ANSWER, answer_review
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import address, show
from web.counting import count_lists
from web.forms import Form
from web.keyset import KeysetPage, Stretch, page_of_stretches
from web.pictures import first_pictures

WAITING, ALL, QUESTIONS = "waiting", "all", "questions"
WORDS = {WAITING: gettext_lazy("待回复评价"), ALL: gettext_lazy("全部评价"), QUESTIONS: gettext_lazy("提问")}


class AnswerForm(Form):
    text = forms.CharField(
        label=gettext_lazy("回复"),
        max_length=LONGEST_ANSWER,
        error_messages={"required": gettext_lazy("写几个字再发布")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True)
class Row:
    """One thing that was said, and the form to answer it while nobody has."""

    said: Review | Question
    picture: str
    form: AnswerForm


@needs(Right.ANSWER)
def listing(request: HttpRequest, shop: Shop) -> HttpResponse:
    """What waits for an answer comes first."""
    return _page(request, shop, request.GET.get("show", WAITING))


@needs(Right.ANSWER)
@require_POST
def answer(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Answer a review."""
    reviews.for_merchant(shop.merchant, code)
    return _answer(request, shop, code, answer_review, tab=request.POST.get("show", WAITING))


@needs(Right.ANSWER)
@require_POST
def answer_asked(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Answer a question."""
    questions.for_merchant(shop.merchant, code)
    return _answer(request, shop, code, answer_question, tab=QUESTIONS)


def _answer(request: HttpRequest, shop: Shop, code: str, service: Any, *, tab: str) -> HttpResponse:
    """Call the service; a no is said in place, and what was typed stays."""
    form = AnswerForm(request.POST, auto_id=f"{code}-%s")
    if not form.is_valid():
        return _page(request, shop, tab, typed={code: form})
    text = form.cleaned_data["text"]
    try:
        said = service(merchant=shop.merchant, code=code, text=text, actor_id=shop.actor_id, now=timezone.now())
    except AlreadyAnswered as refusal:
        messages.error(request, str(refusal))
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, shop, tab, typed={code: form})
    else:
        messages.success(request, _("回复已发布，对方会收到消息") if said.author_id else _("回复已发布"))
    return redirect(f"{address(shop, 'reviews')}?show={tab if tab in (ALL, QUESTIONS) else WAITING}")


def _page(request: HttpRequest, shop: Shop, tab: str, *, typed: dict[str, AnswerForm] | None = None) -> HttpResponse:
    tab = tab if tab in WORDS else WAITING
    lists: dict[str, QuerySet[Any]] = {
        WAITING: reviews.waiting(shop.merchant),
        ALL: reviews.of_merchant(shop.merchant),
        QUESTIONS: questions.of_merchant(shop.merchant),
    }
    page = _read(request, lists[tab], tab)
    counts = count_lists(lists, to_do=(WAITING,))
    context = {
        "page": page,
        "rows": _rows(list(page), typed or {}),
        "query": f"show={tab}",
        "tab": tab,
        "report": QUESTIONS if tab == QUESTIONS else "reviews",
        "tabs": [(name, word, counts[name], name == tab) for name, word in WORDS.items()],
    }
    return show(request, shop, "reviews/index.html", context, here="reviews")


def _read(request: HttpRequest, rows: QuerySet[Any], tab: str) -> KeysetPage:
    """Reviews, the newest first; of questions those that wait for an answer come before the others."""
    if tab != QUESTIONS:
        return page_of_stretches(request.GET, [Stretch(rows, ("-written_at", "-pk"))])
    waiting = Stretch(rows.filter(answer=""), ("-asked_at", "-pk"))
    return page_of_stretches(request.GET, [waiting, Stretch(rows.exclude(answer=""), ("-answered_at", "-pk"))])


def _rows(listed: list[Review | Question], typed: dict[str, AnswerForm]) -> list[Row]:
    """The rows of a page; one query for all pictures."""
    pictures = first_pictures(said.product_id for said in listed)
    return [
        Row(said, pictures.get(said.product_id, ""), typed.get(said.code) or AnswerForm(auto_id=f"{said.code}-%s"))
        for said in listed
    ]
