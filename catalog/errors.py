"""What can be anticipated to go wrong with goods."""

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Denied, Invalid


class SoldOut(Conflict):
    """Fewer pieces are free than were asked for; `left` says how many, `allotment_id` of which allotment."""

    code = "sold_out"
    message = _("已抢光，只剩 %(left)s 件")
    allotment_id: int | None = None


class SellingClosed(Conflict):
    """What was set aside is not, or no longer, on sale; `allotment_id` says which, where it is one alone."""

    code = "selling_closed"
    message = _("已截止，不能再参团")
    allotment_id: int | None = None


class NotEnoughStock(Conflict):
    """The shelf holds less than was asked for; `available` says how many pieces."""

    code = "not_enough_stock"
    message = _("库存不够，可用 %(available)s 件")


class AlreadyAllotted(Conflict):
    """This purpose has its pieces of this SKU already."""

    code = "already_allotted"
    message = _("这个活动已经划过这个规格的库存")


class AlreadyReserved(Conflict):
    """This document has its pieces already."""

    code = "already_reserved"
    message = _("这张单据已经占用过库存")


class NotReserved(Conflict):
    """This document holds no such pieces, or has given them back or sold them already."""

    code = "not_reserved"
    message = _("这张单据没有占用这些库存")


class StillReserved(Conflict):
    """Pieces are still reserved, so nothing can be returned yet; `reserved` says how many."""

    code = "still_reserved"
    message = _("还有 %(reserved)s 件被订单占用，不能退回")


class NothingToSell(Conflict):
    """A product without a piece or without a SKU on sale cannot stand on the shelf."""

    code = "nothing_to_sell"
    message = _("没有可卖的库存，先入库再上架")


class TooManyPictures(Conflict):
    code = "too_many_pictures"
    message = _("最多 %(most)s 张图片")


class ExternalIdTaken(Conflict):
    """Another product of the merchant bears this number."""

    code = "external_id_taken"
    message = _("商家货号 %(external_id)s 已经用在别的商品上")


class MerchantMayNotSell(Denied):
    """The merchant has not been approved, or is suspended."""

    code = "merchant_may_not_sell"
    message = _("店铺还没有通过审核，暂时不能上架")


class ImportRefused(Invalid):
    """Sheets with bad rows; `rows` names each with its reason, and nothing was imported."""

    code = "import_refused"
    message = _("有 %(count)s 行不对，什么都没有导入")
