"""The addresses of the back office; everything but the way in names its merchant."""

from django.urls import include, path

from web.backoffice import home
from web.backoffice.campaigns import cancelling, choosing, drafts, watching
from web.backoffice.campaigns import listing as campaigns
from web.backoffice.goods import pictures, products, shelf, stock
from web.backoffice.orders import bulk, detail, refunds
from web.backoffice.orders import listing as orders
from web.backoffice.people import points, staff

app_name = "backoffice"
shop = [
    path("", home.home, name="home"),
    path("products/", products.products, name="products"),
    path("products/new/", products.new, name="product-new"),
    path("products/<str:code>/", products.edit, name="product"),
    path("products/<str:code>/shelf/", shelf.shelf, name="product-shelf"),
    path("products/<str:code>/pictures/", pictures.add, name="picture-add"),
    path("products/<str:code>/pictures/<int:image_id>/first/", pictures.first, name="picture-first"),
    path("products/<str:code>/pictures/<int:image_id>/remove/", pictures.remove, name="picture-remove"),
    path("stock/", stock.stocks, name="stock"),
    path("stock/<str:code>/", stock.sku, name="sku-stock"),
    path("stock/<str:code>/adjust/", stock.adjust, name="stock-adjust"),
    path("stock/<str:code>/threshold/", stock.threshold, name="stock-threshold"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/choose/", choosing.choose, name="campaign-choose"),
    path("campaigns/new/", drafts.new, name="campaign-new"),
    path("campaigns/<str:code>/", watching.campaign, name="campaign"),
    path("campaigns/<str:code>/edit/", drafts.edit, name="campaign-edit"),
    path("campaigns/<str:code>/submit/", drafts.submit, name="campaign-submit"),
    path("campaigns/<str:code>/copy/", drafts.copy, name="campaign-copy"),
    path("campaigns/<str:code>/cancel/", cancelling.cancel, name="campaign-cancel"),
    path("orders/", orders.orders, name="orders"),
    path("orders/ready/", bulk.ready, name="orders-ready"),
    path("orders/ready-all/", bulk.ready_all, name="orders-ready-all"),
    path("orders/<str:number>/", detail.order, name="order"),
    path("orders/<str:number>/deliver/", detail.deliver, name="order-deliver"),
    path("refunds/", refunds.refunds, name="refunds"),
    path("points/", points.points, name="points"),
    path("points/new/", points.new, name="point-new"),
    path("points/<str:code>/", points.edit, name="point"),
    path("staff/", staff.staff, name="staff"),
    path("staff/add/", staff.add, name="staff-add"),
    path("staff/<str:code>/remove/", staff.remove, name="staff-remove"),
]
urlpatterns = [
    path("", home.entry, name="entry"),
    path("<str:merchant>/", include(shop)),
]
