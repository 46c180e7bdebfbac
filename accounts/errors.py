"""How signing in, applying and working for a merchant can be refused."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Denied, Invalid, NotFound, TooMany


class TooManyCodes(TooMany):
    """The last code to this number has only just left."""

    code = "too_many_codes"
    message = _("验证码发得太频繁，%(seconds)s 秒后再试")


class NoMoreCodes(TooMany):
    """The phone, the network address or the whole house has had its share of text messages."""

    code = "no_more_codes"
    message = _("验证码发得太多了，过一阵再试，或用密码登录")


class WrongCode(Invalid):
    code = "wrong_code"
    message = _("验证码不对，还可以试 %(tries_left)s 次")


class CodeSpent(Invalid):
    """Used, expired, tried too often, or never sent: which one is nobody's business."""

    code = "code_spent"
    message = _("验证码失效了，重新获取一个")


class AlreadyRegistered(Conflict):
    code = "already_registered"
    message = _("这个手机号注册过了，直接登录就行")


class NotRegistered(NotFound):
    """Said only to somebody who has proved that the number is theirs."""

    code = "not_registered"
    message = _("这个手机号还没有注册，先注册一个账号")


class WrongPassword(Invalid):
    """Said alike for numbers that are registered and numbers that are not."""

    code = "wrong_password"
    message = _("手机号或密码不对，还可以试 %(tries_left)s 次")


class PasswordLocked(TooMany):
    code = "password_locked"
    message = _("试得太多了，%(minutes)s 分钟后再来，或用验证码登录")


class SignInClosed(Denied):
    """The account may not sign in any more; said only to its owner."""

    code = "sign_in_closed"
    message = _("这个账号已停用，有疑问请联系客服")


class AlreadyApplied(Conflict):
    code = "already_applied"
    message = _("申请已经提交，正在审核")


class AlreadyMerchant(Conflict):
    code = "already_merchant"
    message = _("你已经是店主了，不用再申请")


class NoSuchPerson(NotFound):
    code = "no_such_person"
    message = _("这个手机号还没有注册，请对方先注册")


class AlreadyStaff(Conflict):
    code = "already_staff"
    message = _("这个人已经是店员了")


class LastOwner(Conflict):
    code = "last_owner"
    message = _("店里至少要有一位店主")


class TooManyAddresses(Conflict):
    code = "too_many_addresses"
    message = _("最多保存 %(limit)s 个地址，先删掉一个")


class TooManyLookups(TooMany):
    code = "too_many_lookups"
    message = _("今天查找的人太多了，明天再试")


class TooManyConfirmations(TooMany):
    """A mail address is not a way to send strangers mail."""

    code = "too_many_confirmations"
    message = _("今天发的确认邮件够多了，明天再试")


class LinkSpent(Invalid):
    """Too old, for another address by now, or another person's."""

    code = "link_spent"
    message = _("这个链接失效了，重新发一封确认邮件")
