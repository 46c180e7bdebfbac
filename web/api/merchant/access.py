"""Which merchant a request is about, and whether this person's role may do it."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Merchant
from accounts.selectors.staff import merchants_of, role_in
from accounts.states import StaffRole
from common.errors import Denied, Invalid, NotFound
from web.api.reading import person
from web.roles import EVERYBODY, SELLING

READING = ("GET", "HEAD", "OPTIONS")
MERCHANT = OpenApiParameter(
    "merchant", str, description="the merchant's code; needed only by somebody who works for several"
)


class NoMerchant(Denied):
    """This person works for nobody whose back office is open."""

    code = "no_merchant"
    message = _("你还没有可以管理的店铺")


class RoleMayNot(Denied):
    code = "role_may_not"
    message = _("你的岗位不能这样做，请找店主或店长")


class WhichMerchant(Invalid):
    code = "which_merchant"
    message = _("你在多家店工作，请用 merchant 参数指明是哪一家")


class MerchantEndpoint(APIView):
    """`self.merchant` is set before a handler runs. Everybody on the staff may read; `writers` may write."""

    writers: ClassVar[frozenset[StaffRole]] = SELLING
    readers: ClassVar[frozenset[StaffRole]] = EVERYBODY
    merchant: Merchant

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.merchant = _merchant_of(request)
        allowed = self.readers if request.method in READING else self.writers
        if role_in(person(request), self.merchant) not in allowed:
            raise RoleMayNot


def _merchant_of(request: Request) -> Merchant:
    """The one merchant this person works for, or the one of several that is named."""
    mine = list(merchants_of(person(request)))
    named = request.query_params.get("merchant")
    if named:
        mine = [merchant for merchant in mine if merchant.code == named]
        if not mine:
            raise NotFound
    if not mine:
        raise NoMerchant
    if len(mine) > 1:
        raise WhichMerchant
    return mine[0]
