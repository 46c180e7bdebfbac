"""K2: which kinds go by which channels, and what they say; every save is one service and is tried out first."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from common.decisions import decision
from common.errors import InvalidField
from common.operators import OperatorAdmin
from notifications.editing import check_text, preview
from notifications.models import MessageKind
from notifications.selectors.kinds import policy_in
from notifications.services.texts import change_kind, list_kinds, reset_kind
from notifications.sources import expressions_in, plain_text_of
from notifications.states import PERSONAL, ChannelName
from notifications.topics import Topic

TEXTS = {f"text_{language}".replace("-", "_"): (language, word) for language, word in settings.LANGUAGES}


def text_field(word: Any) -> forms.CharField:
    """A template in one language."""
    return forms.CharField(
        label=word,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=_("第一行是标题，其余是正文。清空再保存，就恢复默认文字。"),
    )


class KindForm(forms.ModelForm):
    """How one kind is told; says at the field what the service would refuse."""

    topic = forms.ChoiceField(
        label=_("主题"),
        choices=Topic.choices,
        widget=UnfoldAdminSelectWidget,
        help_text=_("用户按主题选择收不收；资金类的不能改成别的"),
    )
    channels = forms.MultipleChoiceField(
        label=_("发到哪些渠道"),
        choices=[(channel.value, channel.label) for channel in PERSONAL],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        required=False,
    )
    urgent = forms.BooleanField(
        label=_("夜里也发"), required=False, widget=UnfoldBooleanWidget, help_text=_("不等免打扰时间过去")
    )
    text_zh_hans = text_field(_("中文模板"))
    text_en = text_field(_("英文模板"))
    only_preview = forms.BooleanField(label=_("先看效果，不保存"), required=False, widget=UnfoldBooleanWidget)

    class Meta:
        model = MessageKind
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policy, kind = policy_in(self.instance), self.instance.kind
        self.initial.update(topic=policy.topic, channels=list(policy.channels), urgent=policy.urgent)
        for name, (language, _word) in TEXTS.items():
            self.initial[name] = policy.texts.get(language) or plain_text_of(kind, language)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        kind, shown = self.instance.kind, []
        for name, (language, _word) in TEXTS.items():
            text = typed[name] = typed.get(name, "").replace("\r\n", "\n").strip()
            try:
                wording = check_text(kind, language, text) if text else preview(kind, language)
                shown.append(f"{wording.title} / {wording.body}")
            except InvalidField as refusal:
                self.add_error(name, str(refusal))
        if typed.get("only_preview") and not self.errors:
            raise ValidationError([_("还没有保存。效果如下："), *shown])
        return typed


class TopicFilter(admin.SimpleListFilter):
    """Kinds by what they are about, as it counts now."""

    title = _("主题")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Topic.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        about = [row.pk for row in MessageKind.objects.all() if policy_in(row).topic == self.value()]
        return queryset.filter(pk__in=about)


def by_channel(channel: ChannelName) -> Any:
    """A column of the matrix."""

    @display(description=channel.label, boolean=True)
    def column(_admin: Any, row: MessageKind) -> bool:
        return channel in policy_in(row).channels

    return column


@admin.register(MessageKind)
class MessageKindAdmin(OperatorAdmin):
    """Every kind there is a text for; none is added or removed by hand."""

    form = KindForm
    list_display = ("kind", "says", "about", "inbox", "sms", "email", "wechat", "night", "own")
    list_filter = (TopicFilter,)
    list_per_page = 100
    search_fields = ("kind",)
    search_help_text = _("类型，比如 order_paid")
    ordering = ("kind",)
    fields = ("kind", ("topic", "urgent"), "channels", "text_zh_hans", "text_en", "only_preview", "reads", "may_say")
    readonly_fields = ("kind", "reads", "may_say")
    actions_detail = ("reset",)
    inbox, sms, email, wechat = (by_channel(channel) for channel in PERSONAL)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_act_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        list_kinds()
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: MessageKind, form: Any, change: bool) -> None:
        typed = form.cleaned_data
        texts = {language: typed[name] for name, (language, _word) in TEXTS.items()}
        decided = {name: typed[name] for name in ("topic", "channels", "urgent")}
        change_kind(kind=obj.kind, texts=texts, actor_id=request.user.pk or 0, now=timezone.now(), **decided)

    @display(description=_("说什么"))
    def says(self, row: MessageKind) -> str:
        return preview(row.kind, settings.LANGUAGE_CODE, row.texts.get(settings.LANGUAGE_CODE, "")).title

    @display(description=_("主题"))
    def about(self, row: MessageKind) -> str:
        return str(policy_in(row).topic.label)

    @display(description=_("夜里也发"), boolean=True)
    def night(self, row: MessageKind) -> bool:
        return policy_in(row).urgent

    @display(description=_("改过文字"), boolean=True)
    def own(self, row: MessageKind) -> bool:
        return bool(row.texts)

    @display(description=_("现在的效果"))
    def reads(self, row: MessageKind) -> str:
        wordings = [preview(row.kind, language, row.texts.get(language, "")) for language, _word in settings.LANGUAGES]
        return format_html_join("", "<p><strong>{}</strong><br>{}</p>", ((each.title, each.body) for each in wordings))

    @display(description=_("可以用的变量"))
    def may_say(self, row: MessageKind) -> str:
        expressions = expressions_in(plain_text_of(row.kind, settings.LANGUAGE_CODE))
        shown = format_html_join(" ", "<code>{}</code>", ((f"{{{{ {each} }}}}",) for each in expressions))
        return format_html("{}", shown) or "—"

    @decision(
        title=_("恢复默认"),
        consequence=_("主题、渠道和文字都回到默认，自己写的模板会丢掉。"),
        done=_("已恢复默认"),
        danger=True,
        icon="restart_alt",
    )
    def reset(self, row: MessageKind, answers: dict[str, Any]) -> None:
        reset_kind(kind=row.kind, actor_id=answers["actor_id"])
