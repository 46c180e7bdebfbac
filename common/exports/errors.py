"""What can be answered to somebody who wants a file."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, NotFound, TooMany


class NoSuchReport(NotFound):
    """Nobody contributed a report of this name, or it is not for this person."""

    code = "no_such_report"


class TooManyExports(TooMany):
    """One person has asked for very many in an hour."""

    code = "too_many_exports"
    message = _("导出太频繁了，过一个小时再试；刚才导出的可以在“导出记录”里下载")


class ExportGone(NotFound):
    """The link has expired, or there is no file yet."""

    code = "export_gone"
    message = _("这个文件已经过期，重新导出一份就有")


class NothingToRepeat(Conflict):
    """Only what failed or expired is made again."""

    code = "export_not_repeatable"
    message = _("这个导出不用重来，刷新看看")


TOO_LONG, INTERRUPTED, BROKEN = "too_long", "interrupted", "broken"
# Why a job failed, to whoever wanted the file.
REASONS: dict[str, str | Promise] = {
    TOO_LONG: _("行数太多，一张表装不下。缩小日期或筛选范围，分几次导出。"),
    INTERRUPTED: _("导出中断了好几次。再试一次；还是不行，缩小范围再导。"),
    BROKEN: _("导出时出了错，已经记下来。再试一次；还是不行，请联系平台。"),
}
