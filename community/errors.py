"""What can be refused among neighbours."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, NotFound, TooMany


class NoSuchCommunity(NotFound):
    code = "no_such_community"
    message = _("没有找到这个社区，换一个试试")


class CommunityClosed(Conflict):
    """It was there when the list was read; an operator has closed it since."""

    code = "community_closed"
    message = _("这个社区已停用，选一个别的社区")


class NoSuchLink(NotFound):
    code = "unknown_link"
    message = _("这个链接不对，请邻居再发一次")


class NoSuchReview(NotFound):
    code = "unknown_review"
    message = _("没有这条评价")


class NoSuchQuestion(NotFound):
    code = "unknown_question"
    message = _("没有这个提问")


class NotReceivedYet(Conflict):
    """Only what was handed over can be reviewed."""

    code = "not_received_yet"
    message = _("收到货以后才能评价")


class AlreadyReviewed(Conflict):
    """Each line of an order is reviewed once, and a review stays as it was written."""

    code = "already_reviewed"
    message = _("这件已经评价过了，评价发布后不能修改")


class TooManyPhotos(Conflict):
    code = "too_many_photos"
    message = _("最多 %(most)s 张照片，去掉几张再发布")


class AlreadyAnswered(Conflict):
    """A colleague was faster."""

    code = "already_answered"
    message = _("已经有同事回复过了，刷新看看")


class TooManyQuestions(TooMany):
    code = "too_many_questions"
    message = _("今天已经提了 %(most)s 个问题，明天再来")


class NoSuchCustomer(NotFound):
    """Nobody of this code has ever paid an order of this merchant."""

    code = "unknown_customer"
    message = _("没有这位顾客")


class TooManyTags(Conflict):
    code = "too_many_tags"
    message = _("最多 %(most)s 个标签，先去掉用不到的")


class NotEnoughPoints(Conflict):
    """They were spent elsewhere since the price was shown."""

    code = "not_enough_points"
    message = _("积分不够了，刷新一下再下单")


class NoSuchTag(NotFound):
    code = "unknown_tag"
    message = _("没有这个标签")
