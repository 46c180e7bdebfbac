"""G5: rewards that wait for an operator are released or refused; all others are looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import Note, decision
from common.operators import OperatorAdmin, PhoneSearch
from marketing.models import Reward
from marketing.selectors.rewards import reward_in_words
from marketing.services.rewards import granting
from marketing.states import RewardStatus

STATUS_LABELS = {"waiting": "warning", "granted": "success", "void": "danger"}


@admin.register(Reward)
class RewardAdmin(PhoneSearch, OperatorAdmin):
    phone_hash_path = "user__phone_hash"
    list_display = ("code", "user", "kind", "side", "what", "shown_status", "note", "made_at")
    list_filter = ("status", "kind", "side")
    list_select_related = ("user",)
    search_fields = ("code", "user__code", "programme__title")
    search_help_text = _("编号、活动名称或受益人的手机号")
    fields = (
        ("code", "shown_status"),
        ("user", "kind"),
        ("programme", "side"),
        ("invitee", "what"),
        "note",
        ("made_at", "decided_at"),
    )
    readonly_fields = ("shown_status", "what")
    actions_detail = ("release", "refuse")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("coupons")

    def has_decide_permission(self, request: HttpRequest, object_id: Any) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) == RewardStatus.WAITING

    @display(description=_("内容"))
    def what(self, reward: Reward) -> str:
        return reward_in_words(reward)

    @display(description=_("状态"), label=STATUS_LABELS, ordering="status")
    def shown_status(self, reward: Reward) -> tuple[str, str]:
        return reward.status, reward.get_status_display()

    @decision(
        title=_("发放"),
        consequence=_("券、积分和现金会马上到账，不能撤回。"),
        done=_("奖励已发放"),
        permissions=("decide",),
        icon="redeem",
    )
    def release(self, reward: Reward, answers: dict[str, Any]) -> None:
        granting.release(reward=reward, actor_id=answers["actor_id"], now=timezone.now())

    @decision(
        title=_("作废"),
        consequence=_("不会再发，对方在邀请页看得到你写的原因。"),
        done=_("奖励已作废"),
        permissions=("decide",),
        form=Note,
        danger=True,
        icon="block",
    )
    def refuse(self, reward: Reward, answers: dict[str, Any]) -> None:
        granting.refuse(reward=reward, actor_id=answers["actor_id"], reason=answers["note"], now=timezone.now())
