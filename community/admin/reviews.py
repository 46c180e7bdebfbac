"""B7: operators look at reviews and questions, and hide what breaks the rules of the house."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import Note, decision
from common.operators import OperatorAdmin, ShownInline
from community.models import Question, Review, ReviewPhoto
from community.services import hiding


class PhotoInline(ShownInline):
    model = ReviewPhoto
    fields = ("position", "picture")
    readonly_fields = fields
    ordering = ("position",)

    @display(description=_("图片"))
    def picture(self, photo: ReviewPhoto) -> str:
        return format_html(
            '<a href="{}" target="_blank" rel="noopener"><img src="{}" width="120" alt="{}"></a>',
            photo.large.url,
            photo.small.url,
            _("看大图"),
        )


class SaidAdmin(OperatorAdmin):
    """What stands on public pages with words of somebody in it."""

    list_filter: Any = (("hidden_at", admin.EmptyFieldListFilter), ("answered_at", admin.EmptyFieldListFilter))
    list_select_related: Any = ("product", "author")
    search_fields = ("text", "=code", "product__name")
    search_help_text = _("内容、编号或商品名")
    actions_detail = ("hide", "show")

    @display(description=_("状态"), label={"hidden": "danger", "shown": "success"}, ordering="hidden_at")
    def shown_state(self, said: Review | Question) -> tuple[str, Any]:
        return ("hidden", _("已隐藏")) if said.hidden_at else ("shown", _("显示中"))

    @display(description=_("内容"))
    def beginning(self, said: Review | Question) -> str:
        return f"{said.text[:40]}…" if len(said.text) > 40 else said.text

    def has_hide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self._is(object_id, hidden=False)

    def has_show_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self._is(object_id, hidden=True)

    def _is(self, object_id: Any, *, hidden: bool) -> bool:
        return self.things_of(object_id).filter(hidden_at__isnull=not hidden).exists()

    @decision(
        title=_("隐藏"),
        consequence=_("所有页面不再显示，星级不再计入平均分。可以再恢复，原因会留下记录。"),
        done=_("已隐藏"),
        permissions=("hide",),
        form=Note,
        danger=True,
        icon="visibility_off",
    )
    def hide(self, said: Review | Question, answers: dict[str, Any]) -> None:
        hiding.hide(said=said, now=timezone.now(), **answers)

    @decision(
        title=_("恢复显示"),
        consequence=_("重新出现在原来的位置，星级重新计入平均分。"),
        done=_("已恢复显示"),
        permissions=("show",),
        icon="visibility",
    )
    def show(self, said: Review | Question, answers: dict[str, Any]) -> None:
        hiding.show(said=said, actor_id=answers["actor_id"])


@admin.register(Review)
class ReviewAdmin(SaidAdmin):
    list_display = ("written_at", "product", "stars", "beginning", "author", "source", "shown_state")
    list_filter = ("stars", *SaidAdmin.list_filter)
    fields = (
        ("product", "stars"),
        ("author", "source"),
        "text",
        "written_at",
        ("answer", "answered_at"),
        ("hidden_at", "hidden_note"),
    )
    inlines = (PhotoInline,)


@admin.register(Question)
class QuestionAdmin(SaidAdmin):
    list_display = ("asked_at", "product", "beginning", "author", "shown_state")
    fields = (
        ("product", "author"),
        "text",
        "asked_at",
        ("answer", "answered_at"),
        ("hidden_at", "hidden_note"),
    )
