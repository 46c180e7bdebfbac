"""The addresses of the back office; everything but the way in names its merchant."""

from django.urls import include, path

from web.backoffice import definitions, home, reviews, walks
from web.backoffice.campaigns import cancelling, handing_in, refunding, watching
from web.backoffice.campaigns import listing as campaigns
from web.backoffice.campaigns.wizard import finishing, writing
from web.backoffice.channels import pages as channels
from web.backoffice.components import pages as components
from web.backoffice.coupons import giving
from web.backoffice.coupons import listing as coupons
from web.backoffice.coupons import watching as coupon_watching
from web.backoffice.coupons import writing as coupon_writing
from web.backoffice.customers import listing as customers
from web.backoffice.customers import profile
from web.backoffice.exports import pages as exports
from web.backoffice.goods import listing as goods
from web.backoffice.goods import member_prices, pictures, products, shelf, stock
from web.backoffice.money import pages as money
from web.backoffice.numbers import pages as numbers
from web.backoffice.orders import after_sales, bulk, detail, refunds
from web.backoffice.orders import listing as orders
from web.backoffice.payouts import payees, withdrawals
from web.backoffice.people import points, robot, settings, staff
from web.backoffice.promotions import listing as promotions
from web.backoffice.promotions import watching as promotion_watching
from web.backoffice.promotions import writing as promotion_writing
from web.backoffice.sheets import papers

app_name = "backoffice"
shop = [
    path("", home.home, name="home"),
    path("live/", home.live, name="home-live"),
    path("products/", goods.products, name="products"),
    path("products/new/", products.new, name="product-new"),
    path("products/shelf/", shelf.several, name="products-shelf"),
    path("products/<str:code>/", products.edit, name="product"),
    path("products/<str:code>/shelf/", shelf.shelf, name="product-shelf"),
    path("products/<str:code>/member-prices/", member_prices.member_prices, name="product-member-prices"),
    path("products/<str:code>/pictures/", pictures.add, name="picture-add"),
    path("products/<str:code>/pictures/<int:image_id>/move/", pictures.move, name="picture-move"),
    path("products/<str:code>/pictures/<int:image_id>/remove/", pictures.remove, name="picture-remove"),
    path("stock/", stock.stocks, name="stock"),
    path("stock/<str:code>/", stock.sku, name="sku-stock"),
    path("stock/<str:code>/adjust/", stock.adjust, name="stock-adjust"),
    path("stock/<str:code>/threshold/", stock.threshold, name="stock-threshold"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", writing.new, name="campaign-new"),
    path("campaigns/<str:code>/", watching.campaign, name="campaign"),
    path("campaigns/<str:code>/live/", watching.live, name="campaign-live"),
    path("campaigns/<str:code>/refunds/", refunding.progress, name="campaign-refunds"),
    path("campaigns/<str:code>/edit/", writing.edit, name="campaign-edit"),
    path("campaigns/<str:code>/edit/check/", finishing.check, name="campaign-check"),
    path("campaigns/<str:code>/edit/<str:step>/", writing.step, name="campaign-step"),
    path("campaigns/<str:code>/discard/", writing.discard, name="campaign-discard"),
    path("campaigns/<str:code>/submit/", handing_in.submit, name="campaign-submit"),
    path("campaigns/<str:code>/copy/", handing_in.copy, name="campaign-copy"),
    path("campaigns/<str:code>/cancel/", cancelling.cancel, name="campaign-cancel"),
    path("campaigns/<str:code>/walk/", walks.campaign, name="campaign-walk"),
    path("campaigns/<str:code>/picking/", papers.picking, name="picking"),
    path("campaigns/<str:code>/handover/", papers.handover, name="handover"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<str:code>/", channels.channel, name="channel"),
    path("channels/<str:code>/switch/", channels.switch, name="channel-switch"),
    path("channels/<str:code>/qr.svg", channels.qr, name="channel-qr"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("orders/", orders.orders, name="orders"),
    path("orders/ready/", bulk.ready, name="orders-ready"),
    path("orders/ready-all/", bulk.ready_all, name="orders-ready-all"),
    path("orders/<str:number>/", detail.order, name="order"),
    path("orders/<str:number>/walk/", walks.order, name="order-walk"),
    path("orders/<str:number>/refund/", after_sales.refund, name="order-refund"),
    path("orders/<str:number>/deliver/", detail.deliver, name="order-deliver"),
    path("exports/", exports.exports, name="exports"),
    path("exports/make/<str:report>/", exports.make, name="export-make"),
    path("exports/<str:code>/", exports.export, name="export"),
    path("exports/<str:code>/live/", exports.live, name="export-live"),
    path("exports/<str:code>/file/", exports.file, name="export-file"),
    path("exports/<str:code>/repeat/", exports.repeat, name="export-repeat"),
    path("metrics/", definitions.metrics, name="metrics"),
    path("walk/", walks.everything, name="walk"),
    path("refunds/", refunds.refunds, name="refunds"),
    path("money/", money.money, name="money"),
    path("money/orders/", money.orders, name="money-orders"),
    path("money/withdrawals/", withdrawals.withdrawals, name="withdrawals"),
    path("money/withdrawals/<str:number>/cancel/", withdrawals.cancel, name="withdrawal-cancel"),
    path("money/payees/", payees.payees, name="payees"),
    path("money/payees/<str:code>/remove/", payees.remove, name="payee-remove"),
    path("coupons/", coupons.coupons, name="coupons"),
    path("coupons/new/", coupon_writing.new, name="coupon-new"),
    path("coupons/batch/<str:code>/", giving.download, name="coupon-codes-download"),
    path("coupons/<str:code>/", coupon_watching.coupon, name="coupon"),
    path("coupons/<str:code>/edit/", coupon_writing.edit, name="coupon-edit"),
    path("coupons/<str:code>/stop/", coupon_writing.stop, name="coupon-stop"),
    path("coupons/<str:code>/issue/", giving.issue, name="coupon-issue"),
    path("coupons/<str:code>/codes/", giving.codes, name="coupon-codes"),
    path("promotions/", promotions.promotions, name="promotions"),
    path("promotions/new/", promotion_writing.new, name="promotion-new"),
    path("promotions/<str:code>/", promotion_watching.promotion, name="promotion"),
    path("promotions/<str:code>/edit/", promotion_writing.edit, name="promotion-edit"),
    path("promotions/<str:code>/launch/", promotion_watching.launch, name="promotion-launch"),
    path("promotions/<str:code>/end/", promotion_watching.end, name="promotion-end"),
    path("promotions/<str:code>/discard/", promotion_watching.discard, name="promotion-discard"),
    path("reviews/", reviews.listing, name="reviews"),
    path("reviews/<str:code>/answer/", reviews.answer, name="review-answer"),
    path("questions/<str:code>/answer/", reviews.answer_asked, name="question-answer"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<str:code>/", profile.customer, name="customer"),
    path("customers/<str:code>/tag/", profile.tag, name="customer-tag"),
    path("customers/<str:code>/untag/", profile.take_off, name="customer-untag"),
    path("points/", points.points, name="points"),
    path("points/new/", points.new, name="point-new"),
    path("points/<str:code>/", points.edit, name="point"),
    path("points/<str:code>/switch/", points.switch, name="point-switch"),
    path("staff/", staff.staff, name="staff"),
    path("staff/add/", staff.add, name="staff-add"),
    path("staff/<str:code>/remove/", staff.remove, name="staff-remove"),
    path("components/", components.components, name="components"),
    path("components/<str:name>.css", components.theme, name="component-theme"),
    path("settings/", settings.settings, name="settings"),
    path("settings/robot/", robot.robot, name="robot"),
    path("settings/robot/try/", robot.send_test, name="robot-try"),
    path("settings/robot/remove/", robot.remove, name="robot-remove"),
    path("settings/keys/add/", settings.add_key, name="key-add"),
    path("settings/keys/<int:token_id>/remove/", settings.remove_key, name="key-remove"),
]
urlpatterns = [
    path("", home.entry, name="entry"),
    path("<str:merchant>/", include(shop)),
]
