"""What every page of the operators' back office has in common: it shows, and it acts through services only."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from common.crypto import keyed_hash
from common.labels import labelled


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


class Exported:
    """A list with the buttons that make a file of it, with the filter it has."""

    list_before_template = "admin/_export.html"


class OperatorAdmin(ReadOnly, Exported, ModelAdmin):
    """A list and a page of one model. Acting on it needs its change permission."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    ordering: Any = ("-pk",)
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
        """Where the thing stands, to offer only the decisions that are open; nothing for what is no number."""
        thing = self.things_of(object_id)
        return thing.values_list("status", flat=True).first()

    def things_of(self, object_id: Any) -> QuerySet[Any]:
        """The one thing of this id, or none: an address is typed by anybody."""
        things = self.model._default_manager.all()
        try:
            return things.filter(pk=self.opts.pk.to_python(object_id))
        except ValidationError:
            return things.none()

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """What is no number is nobody's page: back to the list, before a decision asks where the thing stands."""
        try:
            self.opts.pk.to_python(object_id)
        except ValidationError:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def back_to(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """To the page of the thing, also out of a dialog."""
        meta = self.opts
        address = reverse(f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_change", args=[object_id])
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)


class MoneyWalk:
    """On the page of a thing that money moves for: a link to the walk of every fen, for readers of the books."""

    walk_page: str
    walk_by = "code"

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fields = super().get_fields(request, obj)  # type: ignore[misc]
        may_read = request.user.has_perm("payments.view_ledgertransaction")
        return (*fields, "money_walk") if may_read else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "money_walk")  # type: ignore[misc]

    @display(description=_("资金去向"))
    def money_walk(self, thing: Model) -> SafeString:
        address = reverse(f"admin:{self.walk_page}", args=[getattr(thing, self.walk_by)])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, _("每一分的去向")
        )


class PhoneSearch:
    """Eleven digits typed into the search box find the person by the keyed hash of the number."""

    phone_hash_path = "phone_hash"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        digits = "".join(character for character in search_term if character.isdigit())
        if len(digits) == 11 and digits.startswith("1"):
            return queryset.filter(**{self.phone_hash_path: keyed_hash(digits, purpose="phone")}), False
        return super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
