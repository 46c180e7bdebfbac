"""What can be refused about a campaign."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Denied, Invalid, NotFound


class NoSuchCampaign(NotFound):
    code = "unknown_campaign"
    message = _("没有这个团")


class NotOpenYet(Conflict):
    code = "not_open_yet"
    message = _("还没开团，开团时间 %(opens)s")


class MembersFirst(Conflict):
    """It is open, for now to members whose tier has early access."""

    code = "members_first"
    message = _("会员先买，%(opens)s 起人人可买")


class AlreadyOpened(Conflict):
    code = "already_opened"
    message = _("已经开团了，可以直接去参团")


class CampaignClosed(Conflict):
    code = "campaign_closed"
    message = _("已截止，不能再参团")


class Full(Conflict):
    code = "campaign_full"
    message = _("名额已满，有人退出才能再参团")


class LimitReached(Conflict):
    code = "limit_reached"
    message = _("每人限 %(limit)s 件，你已买 %(taken)s 件，还能买 %(left)s 件")


class EarlyBirdGone(Conflict):
    code = "early_bird_gone"
    message = _("早鸟名额刚被抢完，请重新确认价格")


class QuoteForSomethingElse(Invalid):
    code = "quote_mismatch"
    message = _("内容变了，请重新确认价格")


class CannotLeave(Conflict):
    code = "cannot_leave"
    message = _("现在不能退出：%(why)s")


class CannotMove(Conflict):
    """Its goods are fetched where they were to be fetched when the campaign closed."""

    code = "cannot_move"
    message = _("现在不能换自提点：%(why)s")


class MerchantMayNotOpen(Denied):
    code = "merchant_may_not_open"
    message = _("店铺没有通过审核或已停用，不能开团")


class NotEditable(Conflict):
    code = "campaign_not_editable"
    message = _("只有草稿可以修改")


class TooManySketches(Conflict):
    code = "too_many_sketches"
    message = _("没写完的团已有 %(most)s 个，先写完或删掉几个")


class UnsavedChanges(Conflict):
    """Somebody is still writing on this draft: what would be handed in is not what they see."""

    code = "unsaved_changes"
    message = _("这个草稿还有没存的修改，先接着写完，或者丢掉")


class CannotCancelCampaign(Conflict):
    code = "cannot_cancel_campaign"
    message = _("这个团已经结束或正在结算，不能取消")


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = _("写一句原因，参团的邻居会看到")
