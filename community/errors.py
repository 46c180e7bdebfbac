"""How founding a community and moving into one can be refused."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, NotFound


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
