"""The admin site: our own sign-in page, our own welcome, and a policy that lets its theme run."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from common.exports.changelists import PREFIX, report_of_list
from common.exports.reports import reports
from common.operators import Exported
from web.operators import definitions, exports, messages, numbers, risk, walks

# Unfold's pages are built with Alpine, which evaluates expressions, and with inline handlers and styles.
RELAXED = {
    "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
}


def mark(request: HttpRequest) -> str:
    """The address of our mark, for the tab of the browser."""
    return static("mark.svg")


class OperatorsSite(UnfoldAdminSite):
    """Only operators come in, by the same door as everybody else."""

    index_title = _("概览")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """To the sign-in page; somebody who is signed in and no operator is told so instead of sent in a circle."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        wanted = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('storefront:sign-in')}?{urlencode({'by': 'password', 'next': wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign out, and back to the shop."""
        super().logout(request, extra_context)
        return redirect("storefront:home")

    def get_urls(self) -> list[Any]:
        """The pages of ours that are about no single model, beside those of the models."""
        return [
            path("messages/days/", self.admin_view(messages.days), name="message_days"),
            path("risk/", self.admin_view(risk.overview), name="risk"),
            path("numbers/", self.admin_view(numbers.numbers), name="numbers"),
            path("walk/", self.admin_view(walks.house), name="walk"),
            path("walk/order/<str:number>/", self.admin_view(walks.order), name="walk_order"),
            path("walk/campaign/<str:code>/", self.admin_view(walks.campaign), name="walk_campaign"),
            path("walk/merchant/<str:code>/", self.admin_view(walks.merchant), name="walk_merchant"),
            path("exports/", self.admin_view(exports.exports), name="exports"),
            path("exports/make/<str:report>/", self.admin_view(exports.make), name="export_make"),
            path("exports/<str:code>/", self.admin_view(exports.export), name="export"),
            path("exports/<str:code>/live/", self.admin_view(exports.live), name="export_live"),
            path("exports/<str:code>/file/", self.admin_view(exports.file), name="export_file"),
            path("exports/<str:code>/repeat/", self.admin_view(exports.repeat), name="export_repeat"),
            path("metrics/", self.admin_view(definitions.metrics), name="metrics"),
            *super().get_urls(),
        ]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """What operators see as a list, they can have as a file."""
        super().register(model_or_iterable, admin_class, **options)
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else [*model_or_iterable]
        for model in models:
            if isinstance(self._registry.get(model), Exported):
                reports.register(PREFIX + model._meta.label_lower, report_of_list(self._registry[model]))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return csp_replace(RELAXED)(super().admin_view(view, cacheable))
