"""The addresses of the shop."""

from django.conf import settings
from django.urls import path
from django.views.generic import TemplateView

from web.storefront import inbox, picking, pickups, sandbox, welcoming
from web.storefront.account import (
    addresses,
    applying,
    commission,
    entering,
    language,
    me,
    member,
    notices,
    points,
    regions,
    wallet,
    wechat_binding,
)
from web.storefront.browsing import campaign, hall, home, polling, reminding
from web.storefront.community import leaderboard
from web.storefront.community import views as community
from web.storefront.coupons import centre, mine
from web.storefront.joining import views as joining
from web.storefront.orders import asking, detail, handing_over, identity, listing, moving, paying, refunds
from web.storefront.payouts import payees, withdrawing
from web.storefront.reviews import reading, writing
from web.storefront.sharing import arriving, channels, pages, posters

app_name = "storefront"
urlpatterns = [
    path("", home.home, name="home"),
    path("campaigns/", hall.hall, name="hall"),
    path("campaigns/progress/", polling.progress, name="hall-progress"),
    path("campaigns/<str:code>/", campaign.campaign, name="campaign"),
    path("campaigns/<str:code>/ladder/", polling.ladder, name="ladder"),
    path("campaigns/<str:code>/join/", joining.join, name="join"),
    path("campaigns/<str:code>/remind/", reminding.remind, name="remind"),
    path("campaigns/<str:code>/share/", pages.share, name="share"),
    path("campaigns/<str:code>/share/poster.png", posters.poster, name="poster"),
    path("campaigns/<str:code>/share/poster/<str:size>.pdf", posters.poster_print, name="poster-print"),
    path("c/<str:channel_code>/", channels.channel, name="channel"),
    path("s/<str:code>/", arriving.shared, name="shared"),
    path("coupons/", centre.centre, name="coupons"),
    path("coupons/redeem/", centre.redeem, name="coupon-redeem"),
    path("coupons/<str:code>/claim/", centre.claim, name="coupon-claim"),
    path("community/", community.community, name="community"),
    path("community/choose/", community.choose, name="community-choose"),
    path("community/leaderboard/", leaderboard.board, name="leaderboard"),
    path("community/leaderboard/hide/", leaderboard.hide, name="leaderboard-hide"),
    path("orders/", listing.orders, name="orders"),
    path("orders/<str:number>/", detail.order, name="order"),
    path("orders/<str:number>/refund/", asking.ask, name="order-refund"),
    path("orders/<str:number>/leave/", detail.leave, name="leave"),
    path("orders/<str:number>/point/", moving.point, name="order-point"),
    path("orders/<str:number>/pay/", paying.pay, name="pay"),
    path("orders/<str:number>/pay/<str:payment_number>/", handing_over.to_gateway, name="to-gateway"),
    path("orders/<str:number>/identity/<slug:gateway>/", identity.wechat_identity, name="wechat-identity"),
    path("orders/<str:number>/paid/", paying.paid, name="paid"),
    path("orders/<str:number>/review/", writing.review, name="review"),
    path("products/<str:code>/reviews/", reading.product_reviews, name="product-reviews"),
    path("products/<str:code>/ask/", reading.ask, name="ask"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox-read"),
    path("inbox/<int:message_id>/", inbox.read, name="message"),
    path("pickups/", pickups.pickups, name="pickups"),
    path("pickups/scan/", pickups.scan, name="pickup-scan"),
    path("pickups/list/", picking.picking, name="pickup-list"),
    path("pickups/<str:number>/", pickups.done, name="pickup-done"),
    path("sign-in/", entering.sign_in, name="sign-in"),
    path("register/", entering.register, name="register"),
    path("reset-password/", entering.reset, name="reset-password"),
    path("sign-out/", entering.sign_out, name="sign-out"),
    path("terms/", TemplateView.as_view(template_name="storefront/account/terms.html"), name="terms"),
    path("language/", language.language, name="language"),
    path("me/", me.me, name="me"),
    path("me/profile/", me.profile, name="profile"),
    path("me/notifications/", notices.notices, name="notices"),
    path("me/notifications/email/", notices.email, name="notices-email"),
    path("me/notifications/email/confirm/", notices.email_confirm, name="notices-email-confirm"),
    path("me/notifications/marketing/stop/", notices.stop_advertising, name="notices-stop"),
    path("me/notifications/wechat/", wechat_binding.bind, name="notices-wechat"),
    path("me/notifications/<slug:kind>/forget/", notices.forget, name="notices-forget"),
    path("unsubscribe/<str:token>/", notices.unsubscribe, name="unsubscribe"),
    path("me/commission/", commission.commission, name="commission"),
    path("me/coupons/", mine.mine, name="my-coupons"),
    path("me/member/", member.member, name="member"),
    path("me/points/", points.points, name="points"),
    path("me/points/check-in/", points.check_in, name="check-in"),
    path("me/refunds/", refunds.refunds, name="refunds"),
    path("me/invitations/", pages.invitations, name="invitations"),
    path("me/invitations/poster.png", posters.invitation_poster, name="invitation-poster"),
    path("me/welcome/", welcoming.seen, name="welcome-seen"),
    path("me/wallet/", wallet.wallet, name="wallet"),
    path("me/wallet/refunds/", wallet.choose, name="wallet-refunds"),
    path("me/addresses/", addresses.addresses, name="addresses"),
    path("me/addresses/new/", addresses.address, name="address-new"),
    path("me/addresses/<str:code>/", addresses.address, name="address"),
    path("me/addresses/<str:code>/remove/", addresses.remove, name="address-remove"),
    path("me/wallet/withdraw/", withdrawing.withdraw, name="withdraw"),
    path("me/wallet/withdraw/<str:number>/cancel/", withdrawing.cancel, name="withdrawal-cancel"),
    path("me/wallet/payees/", payees.payees, name="payees"),
    path("me/wallet/payees/<str:code>/remove/", payees.remove, name="payee-remove"),
    path("me/apply/", applying.apply, name="apply"),
    path("regions/", regions.regions, name="regions"),
]
if settings.DEMO:
    urlpatterns.append(path("sandbox/phone/", sandbox.phone, name="sandbox-phone"))
