"""What operators do: each act asks first, says what will happen, calls one service, and is written down."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from common import audit
from common.errors import Refusal
from common.operators import OperatorAdmin

Text = str | Promise
Act = Callable[[Any, Any, dict[str, Any]], None]


class Note(BaseDialogForm):
    """Asks for the words that the other side will read."""

    note = forms.CharField(label=_("说明"), max_length=200, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


def decision(
    *,
    title: Text,
    consequence: Text,
    done: Text,
    permissions: tuple[str, ...] = ("act",),
    form: type[BaseDialogForm] = BaseDialogForm,
    danger: bool = False,
    icon: str = "",
) -> Callable[[Act], Any]:
    """An action on the page of one thing: asks first, says what will happen, calls one service, comes back.

    The decorated method gets the thing and the answers of the form. A refusal is shown, and nothing has changed.
    """

    def decorate(act: Act) -> Any:
        def decide(admin: OperatorAdmin, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
            thing = admin.get_object(request, object_id)
            if thing is None:
                return HttpResponse(status=404)
            answers = {name: value for name, value in form.cleaned_data.items() if not name.startswith("_")}
            try:
                act(admin, thing, answers | {"actor_id": request.user.pk})
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, str(done))
            return admin.back_to(request, object_id)

        decide.__name__ = act.__name__
        return action(
            description=str(title) if isinstance(title, str) else title,
            permissions=list(permissions),
            icon=icon or None,
            variant=ActionVariant.DANGER if danger else ActionVariant.DEFAULT,
            dialog={"title": title, "description": consequence, "form_class": form, "form_submit_text": title},
        )(decide)

    return decorate


def reveal(
    *, subject: str, read: Callable[[Any], list[tuple[Text, str]]], of: Callable[[Any], Any] = lambda thing: thing
) -> Any:
    """An action that shows personal data once, in its dialog, for a reason that is written down with who looked.

    `of` leads from the thing whose page it is to the one whose data is shown.
    """

    def show(admin: OperatorAdmin, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        thing = admin.get_object(request, object_id)
        if thing is None:
            return HttpResponse(status=404)
        audit.record(
            actor_id=request.user.pk,
            action="personal_data.reveal",
            subject=f"{subject}:{of(thing).code}",
            note=form.cleaned_data["note"],
        )
        rows = format_html_join("", "<p>{}：<strong>{}</strong></p>", read(of(thing)))
        response = HttpResponse(format_html('<div id="dialog-form" class="mb-6 mt-6">{}</div>', rows))
        add_never_cache_headers(response)
        return response

    show.__name__ = "reveal_personal_data"
    return action(
        description=_("查看完整资料"),
        permissions=["act"],
        icon="visibility",
        dialog={
            "title": _("查看完整资料"),
            "description": _("写明原因；谁在什么时候看过，会留下记录。"),
            "form_class": Note,
            "form_submit_text": _("查看"),
        },
    )(show)
