"""What a payer sees: one page with two buttons."""

from pathlib import Path
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from common.money import format_yuan
from payments.sandbox.errors import Unknown
from payments.sandbox.models import SandboxPayment
from payments.sandbox.services.payments import decide

STYLE = Path(__file__).resolve().parents[1] / "templates" / "sandbox" / "pay.css"


@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """模拟支付: shows what is to be paid; a button decides and leads back to the shop."""
    now = timezone.now()
    if request.method == "POST" and request.POST.get("outcome") in ("success", "failure"):
        decided = decide(token, success=request.POST["outcome"] == "success", now=now)
        return _back(decided.return_url)
    payment = SandboxPayment.objects.filter(token=token).first()
    if payment is None:
        raise Unknown
    context = {"payment": payment, "amount": format_yuan(payment.amount_fen), "payable": payment.can_be_paid(now)}
    page = HttpResponse(render_to_string("sandbox/pay.html", context))
    page["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    page["Referrer-Policy"] = "no-referrer"
    page["Cache-Control"] = "no-store"
    return page


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """The page's own style sheet."""
    return HttpResponse(STYLE.read_bytes(), content_type="text/css; charset=utf-8")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Tells whoever asks that the sandbox is up."""
    return HttpResponse("ok\n", content_type="text/plain")


def _back(return_url: str) -> HttpResponse:
    if urlsplit(return_url).scheme not in ("http", "https"):
        raise Unknown
    answer = HttpResponseRedirect(return_url)
    answer.status_code = 303
    return answer
