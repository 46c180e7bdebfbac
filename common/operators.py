"""What every page of the operators' back office has in common: it shows, and it acts through services only."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from common import audit
from common.crypto import keyed_hash
from common.errors import Refusal
from common.labels import labelled

Text = str | Promise
Act = Callable[[Any, Any, dict[str, Any]], None]


class Note(BaseDialogForm):
    """Asks for the words that the other side will read."""

    note = forms.CharField(label=_("说明"), max_length=200, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class ReadOnly:
    """Nothing is typed over: fields show, actions act. Viewing needs the model's view permission."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ShownInline(ReadOnly, TabularInline):
    """Rows of another table on the page of the thing they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False
    hide_title = True

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return labelled(self.model, tuple(super().get_fields(request, obj)))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.get_fields(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may see the thing may see what it is made of."""
        return True


class OperatorAdmin(ReadOnly, ModelAdmin):
    """A list and a page of one model. Acting on it needs its change permission."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    ordering = ("-pk",)
    compressed_fields = True

    def get_list_display(self, request: HttpRequest) -> Any:
        return labelled(self.model, tuple(super().get_list_display(request)))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return labelled(self.model, tuple(super().get_fields(request, obj)))

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whether this operator may decide about such things."""
        meta = self.opts
        return request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}")

    def state_of(self, object_id: Any) -> str | None:
        """Where the thing stands, to offer only the decisions that are open."""
        return self.model._default_manager.filter(pk=object_id).values_list("status", flat=True).first()

    def back_to(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """To the page of the thing, also out of a dialog."""
        meta = self.opts
        address = reverse(f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_change", args=[object_id])
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


class PhoneSearch:
    """Eleven digits typed into the search box find the person by the keyed hash of the number."""

    phone_hash_path = "phone_hash"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        digits = "".join(character for character in search_term if character.isdigit())
        if len(digits) == 11 and digits.startswith("1"):
            return queryset.filter(**{self.phone_hash_path: keyed_hash(digits, purpose="phone")}), False
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))  # type: ignore[misc]


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


def reveal(*, subject: str, read: Callable[[Any], list[tuple[Text, str]]]) -> Any:
    """An action that shows personal data once, in its dialog, for a reason that is written down with who looked."""

    def show(admin: OperatorAdmin, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        thing = admin.get_object(request, object_id)
        if thing is None:
            return HttpResponse(status=404)
        audit.record(
            actor_id=request.user.pk,
            action="personal_data.reveal",
            subject=f"{subject}:{thing.code}",
            note=form.cleaned_data["note"],
        )
        rows = format_html_join("", "<p>{}：<strong>{}</strong></p>", read(thing))
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
