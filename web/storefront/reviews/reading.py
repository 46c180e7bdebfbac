"""Everything that is said of a product, and asking about it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.selectors.hall import public
from catalog.models import Product
from common.errors import Refusal
from community.selectors import questions
from community.selectors.reviews import ReviewCounts, counts_of, of_product, product_of
from community.services.questions import ask as ask_merchant
from web.access import person, signed_in
from web.counting import Counted, count_lists
from web.keyset import Stretch, page_of_stretches
from web.pictures import first_pictures
from web.storefront.reviews.forms import AskForm

PAGE = 10
PHOTOS, QUESTIONS = "photos", "questions"
NEWEST = ("-written_at", "-pk")


def product_reviews(request: HttpRequest, code: str) -> HttpResponse:
    """Reviews, all or by photos and stars; under the other tab questions and a form to ask one."""
    return _page(request, product_of(code), AskForm(), show=request.GET.get("show", ""))


@signed_in
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the merchant; what was typed stays when the answer is no."""
    product = product_of(code)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            ask_merchant(author=person(request), product=product, text=form.cleaned_data["text"], now=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("问题已发给商家，回答了会告诉你"))
            return redirect(f"{reverse('storefront:product-reviews', args=[code])}?show={QUESTIONS}")
    return _page(request, product, form, show=QUESTIONS)


def _page(request: HttpRequest, product: Product, form: AskForm, *, show: str) -> HttpResponse:
    counts, counted = counts_of(product), _counted(product)
    context = {
        "tab": "hall",
        "product": product,
        "picture": first_pictures([product.pk]).get(product.pk, ""),
        "counts": counts,
        "show": show,
        "filters": _filters(counts, counted[PHOTOS], show),
        "page": page_of_stretches(request.GET, _list(product, show), size=PAGE),
        "asked": counted[QUESTIONS],
        "form": form,
        "campaign": public(shown="open").filter(skus__sku__product=product).order_by("closes_at").first(),
    }
    return render(request, "storefront/reviews/index.html", context)


def _counted(product: Product) -> dict[str, Counted]:
    lists = {PHOTOS: of_product(product, with_photos=True), QUESTIONS: questions.of_product(product)}
    return count_lists(lists, to_do=())


def _filters(counts: ReviewCounts, photos: Counted, show: str) -> list[tuple[str, Any, Counted, bool]]:
    """(address, word, how many, chosen) of each filter that would show something."""
    offered: list[tuple[str, Any, Counted]] = [("", _("全部"), Counted(counts.all)), (PHOTOS, _("有图"), photos)]
    for stars, count in counts.by_stars.items():
        offered.append((str(stars), _("%(stars)s 星") % {"stars": stars}, Counted(count)))
    return [(name, word, count, name == show) for name, word, count in offered if count.rows or name == show]


def _list(product: Product, show: str) -> Sequence[Stretch]:
    """Questions, or reviews: those of neighbours, then the imported ones, which have no stars."""
    if show == QUESTIONS:
        return [Stretch(questions.of_product(product), ("-asked_at", "-pk"))]
    if show in {"1", "2", "3", "4", "5"}:
        return [Stretch(of_product(product, stars=int(show)), NEWEST)]
    reviews = of_product(product, with_photos=show == PHOTOS)
    return [Stretch(reviews.filter(source=""), NEWEST), Stretch(reviews.exclude(source=""), NEWEST)]
