"""Everything under /api/."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from web.api import (
    accounts,
    auth,
    campaigns,
    communities,
    converters,
    coupons,
    docs,
    leaderboards,
    members,
    notices,
    orders,
    payments,
    payouts,
    pickup,
    regions,
    reviews,
    rewards,
    sandbox,
    wallet,
)
from web.api.merchant.urls import urlpatterns as merchant
from web.api.missing import Missing

__all__ = ["converters", "urlpatterns"]

# Addresses are tried one after the other: those that everybody asks for come first.
v1: list[URLPattern | URLResolver] = [
    path("campaigns/", campaigns.Campaigns.as_view()),
    path("campaigns/<public_code:code>/", campaigns.OneCampaign.as_view()),
    path("campaigns/<public_code:code>/quote/", campaigns.QuoteCampaign.as_view()),
    path("campaigns/<public_code:code>/join/", campaigns.JoinCampaign.as_view()),
    path("auth/sms-codes/", auth.SmsCodes.as_view()),
    path("auth/register/", auth.Register.as_view()),
    path("auth/login/", auth.SignIn.as_view()),
    path("auth/logout/", auth.SignOut.as_view()),
    path("me/", accounts.MyAccount.as_view()),
    path("me/leaderboard/", leaderboards.MyLeaderboard.as_view()),
    path("me/notifications/", notices.MyNotices.as_view()),
    path("me/notifications/email/", notices.MyEmail.as_view()),
    path("me/notifications/email/confirm/", notices.ConfirmEmail.as_view()),
    path("me/notifications/marketing/stop/", notices.StopMarketing.as_view()),
    path("me/payees/", payouts.Payees.as_view()),
    path("me/payees/<public_code:code>/", payouts.OnePayee.as_view()),
    path("me/withdrawals/", payouts.Withdrawals.as_view()),
    path("me/withdrawals/<document_number:number>/cancel/", payouts.CancelWithdrawal.as_view()),
    path("me/wallet/", wallet.MyWallet.as_view()),
    path("me/wallet/movements/", wallet.Movements.as_view()),
    path("me/points/", members.MyPoints.as_view()),
    path("me/points/entries/", members.MyPointsEntries.as_view()),
    path("me/check-in/", members.MyCheckIn.as_view()),
    path("me/member/", members.MyMembership.as_view()),
    path("me/coupons/", coupons.MyCoupons.as_view()),
    path("me/invitations/", rewards.MyInvitations.as_view()),
    path("me/rewards/", rewards.MyRewards.as_view()),
    path("addresses/", accounts.Addresses.as_view()),
    path("addresses/<public_code:code>/", accounts.OneAddress.as_view()),
    path("messages/", accounts.Messages.as_view()),
    path("messages/read/", accounts.MessagesRead.as_view()),
    path("categories/", campaigns.Categories.as_view()),
    path("coupons/", coupons.Coupons.as_view()),
    path("coupons/redeem/", coupons.RedeemCode.as_view()),
    path("coupons/<public_code:code>/claim/", coupons.ClaimCoupon.as_view()),
    path("orders/", orders.Orders.as_view()),
    path("orders/<document_number:number>/", orders.OneOrder.as_view()),
    path("orders/<document_number:number>/cancel/", orders.CancelOrder.as_view()),
    path("orders/<document_number:number>/pickup-point/", orders.MoveOrder.as_view()),
    path("orders/<document_number:number>/refunds/", orders.Refunds.as_view()),
    path("orders/<document_number:number>/payments/", payments.Payments.as_view()),
    path("orders/<document_number:number>/reviews/", reviews.WriteReview.as_view()),
    path("payments/<document_number:number>/", payments.OnePayment.as_view()),
    path("payments/<document_number:number>/check/", payments.CheckPayment.as_view()),
    path("products/<public_code:code>/reviews/", reviews.Reviews.as_view()),
    path("pickup-points/", pickup.PickupPoints.as_view()),
    path("communities/", communities.Communities.as_view()),
    path("regions/", regions.Regions.as_view()),
    path("merchant/", include(merchant)),
]
if settings.DEMO:
    v1 += [
        path("sandbox/sms/<phone:phone>/", sandbox.SandboxPhone.as_view()),
        re_path(
            rf"^sandbox/payments/(?P<number>[A-Z][0-9]+)/(?P<outcome>{'|'.join(sandbox.OUTCOMES)})/$",
            sandbox.SandboxPayment.as_view(),
        ),
    ]

urlpatterns = [
    path("schema/", docs.Schema.as_view(), name="api-schema"),
    path("docs/", docs.Reader.as_view(), name="api-docs"),
    path("v1/", include(v1)),
    re_path(r"^", Missing.as_view()),
]
