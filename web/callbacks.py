"""Where gateways tell us what happened: `POST /payments/callbacks/<gateway>/`."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.errors import Refusal
from payments.errors import UnknownGateway
from payments.gateways.base import gateway_named
from payments.services.callbacks import receive

LARGEST_MESSAGE = 64 * 1024


@csrf_exempt
@require_POST
def receive_callback(request: HttpRequest, gateway: str) -> HttpResponse:
    """200 when the message is taken in and committed, 4xx when it was turned away, 5xx when it should come again."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_MESSAGE:
        return JsonResponse({"code": "too_large"}, status=413)
    refused: Refusal | None = None
    try:
        receive(gateway=gateway, headers=request.headers, body=request.body, now=timezone.now())
    except UnknownGateway as unknown:
        return JsonResponse({"code": unknown.code}, status=unknown.status)
    except Refusal as refusal:
        refused = refusal
    said = gateway_named(gateway).acknowledge(refused)
    return HttpResponse(said.body, status=said.status, content_type=said.content_type)


urlpatterns = [path("payments/callbacks/<slug:gateway>/", receive_callback, name="payment-callback")]
