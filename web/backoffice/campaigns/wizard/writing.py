"""C1: the steps of the wizard. Every one keeps what was typed, right or wrong, before it judges it."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import NoSuchCampaign, NotEditable
from campaigns.plans import Plan
from campaigns.services import sketching
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.wizard import pages, steps
from web.backoffice.campaigns.wizard.sheets import Sheet, unjudged
from web.backoffice.campaigns.wizard.typed import typed_in
from web.backoffice.campaigns.wizard.work import Work, judged, open_work, sheets_of
from web.backoffice.shell import address, show
from web.idempotency import once_per_form

LATER = "later"


@needs(Right.SELL)
def new(request: HttpRequest, shop: Shop) -> HttpResponse:
    """The first step of a campaign that is not there yet; the address may name SKUs to begin with."""
    if request.method != "POST":
        return _shown(request, Work(shop, {}, named=request.GET.getlist("sku")), steps.GOODS)
    work = Work(shop, {}).typing(steps.GOODS, typed_in(request.POST))
    if _only_looks(request):
        return _shown(request, work, steps.GOODS)
    read = sheets_of(work, now=timezone.now())
    plan = judged(work, read, now=timezone.now())
    if "to" in request.POST or not read[steps.GOODS].is_wrong:
        try:
            return redirect(once_per_form(request, lambda: _begin(shop, work, request.POST.get("to", steps.LADDER))))
        except Refusal as refusal:
            read[steps.GOODS].form.add_error(None, str(refusal))
    return pages.page(request, work, steps.GOODS, read, plan, now=timezone.now())


@needs(Right.SELL)
def edit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Go on where somebody left off."""
    try:
        work = open_work(shop, code)
    except NotEditable as refusal:
        return too_late(request, shop, code, refusal)
    return redirect("backoffice:campaign-step", shop.code, code, work.next_step)


@needs(Right.SELL)
def step(request: HttpRequest, shop: Shop, code: str, step: str) -> HttpResponse:
    """One step of a sketch or a draft: shown, or kept and judged."""
    if step not in steps.WRITTEN:
        raise NoSuchCampaign
    try:
        work = open_work(shop, code)
    except NotEditable as refusal:
        return too_late(request, shop, code, refusal)
    if request.method != "POST":
        return _shown(request, work, step)
    work, before = work.typing(step, typed_in(request.POST)), work.typed
    if not _only_looks(request):
        try:
            _keep(work, step, before)
        except NotEditable as refusal:  # handed in this very moment
            return too_late(request, shop, code, refusal)
        if "to" in request.POST:
            return redirect(where(shop, code, request.POST["to"]))
    read = sheets_of(work, now=timezone.now())
    plan = judged(work, read, now=timezone.now())
    if _only_looks(request) or read[step].is_wrong:
        return _answer(request, work, step, read, plan)
    return redirect("backoffice:campaign-step", shop.code, code, steps.after(step))


@needs(Right.SELL)
def discard(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Throw away what was never saved, after a question; a saved draft stays as it was."""
    try:
        work = open_work(shop, code)
    except NotEditable as refusal:
        return too_late(request, shop, code, refusal)
    if request.method != "POST":
        return show(request, shop, "campaigns/discard.html", {"work": work}, here="campaigns")
    sketching.discard(merchant=shop.merchant, code=code)
    messages.success(request, _("没存的修改已丢掉") if work.campaign else _("没写完的团已删掉"))
    return redirect(address(shop, "campaign", code) if work.campaign else address(shop, "campaigns"))


def _only_looks(request: HttpRequest) -> bool:
    """Whether the form was sent to search or to preview, and is not meant to be judged and left."""
    return "find" in request.POST or "preview" in request.POST


def _shown(request: HttpRequest, work: Work, step: str) -> HttpResponse:
    read = sheets_of(work, now=timezone.now())
    plan = judged(work, read, now=timezone.now())
    return _answer(request, work, step, read, plan)


def _answer(request: HttpRequest, work: Work, step: str, read: dict[str, Sheet], plan: Plan) -> HttpResponse:
    """The preview alone where a script asks for it; a search shows the sheet again without judging it."""
    if "preview" in request.POST and request.htmx:  # type: ignore[attr-defined]
        return pages.fragment(request, read, plan, now=timezone.now())
    if "find" in request.POST:
        read[step] = unjudged(read[step])
    return pages.page(request, work, step, read, plan, now=timezone.now())


def _begin(shop: Shop, work: Work, to: str) -> str:
    typed = work.typed[steps.GOODS]
    sketch = sketching.begin(
        merchant=shop.merchant, actor_id=shop.actor_id, step=steps.GOODS, typed=typed, now=timezone.now()
    )
    return where(shop, sketch.code, to)


def _keep(work: Work, step: str, before: Mapping[str, Mapping[str, list[str]]]) -> None:
    sketching.keep(
        merchant=work.shop.merchant,
        code=work.code,
        actor_id=work.shop.actor_id,
        step=step,
        typed=work.typed[step],
        before=before,
        now=timezone.now(),
    )


def where(shop: Shop, code: str, to: str) -> str:
    """Where a button leads: another step, or the list for whoever writes on later."""
    if to in steps.NAMES:
        return address(shop, "campaign-step", code, to)
    return f"{address(shop, 'campaigns')}?state=draft"


def too_late(request: HttpRequest, shop: Shop, code: str, refusal: Refusal) -> HttpResponse:
    messages.warning(request, str(refusal))
    return redirect("backoffice:campaign", shop.code, code)
