"""C1, C12: the last step. A whole plan is saved as a draft, and handed in if that is wanted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import NotEditable
from campaigns.plans import Plan
from campaigns.services import sketching
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.handing_in import hand_in
from web.backoffice.campaigns.reading import of_shop
from web.backoffice.campaigns.wizard import checklist, pages, steps
from web.backoffice.campaigns.wizard.work import Work, judged, open_work, sheets_of
from web.backoffice.campaigns.wizard.writing import too_late, where
from web.backoffice.shell import address
from web.idempotency import once_per_form


@needs(Right.SELL)
def check(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """What is still to do; with nothing left, the plan becomes a draft and may be handed in."""
    now = timezone.now()
    try:
        work = open_work(shop, code)
    except NotEditable as refusal:
        twice = request.method == "POST"
        return redirect("backoffice:campaign", shop.code, code) if twice else too_late(request, shop, code, refusal)
    if "to" in request.POST:
        return redirect(where(shop, code, request.POST["to"]))
    read = sheets_of(work, now=now)
    plan = judged(work, read, now=now)
    if request.method == "POST" and "preview" not in request.POST:
        if request.POST.get("seen", work.stamp) != work.stamp:
            messages.error(request, _("同事刚改过这个团，看一遍再保存"))
        elif checklist.of(read, plan).may_save:
            return _finished(request, work, plan)
        else:
            messages.error(request, _("还有没填好的，先改好再保存"))
    elif "preview" in request.POST and request.htmx:  # type: ignore[attr-defined]
        return pages.fragment(request, read, plan, now=now)
    return pages.page(request, work, steps.CHECK, read, plan, now=now)


def _finished(request: HttpRequest, work: Work, plan: Plan) -> HttpResponse:
    """The draft is saved in any case; what stands in the way of handing it in is said on its page."""
    shop, code = work.shop, work.code
    try:
        target = once_per_form(request, lambda: _save(work, plan))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:campaign-check", shop.code, code)
    if "submit" in request.POST:
        hand_in(request, shop, of_shop(shop, code))
    else:
        messages.success(request, _("草稿已保存，看一遍就可以提交"))
    return redirect(target)


def _save(work: Work, plan: Plan) -> str:
    sketching.finish(
        merchant=work.shop.merchant,
        code=work.code,
        actor_id=work.shop.actor_id,
        plan=plan,
        sketched_at=work.sketch.written_at if work.sketch else None,
        now=timezone.now(),
    )
    return address(work.shop, "campaign", work.code)
