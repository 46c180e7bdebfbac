"""Everything under /api/v1/merchant/."""

from django.urls import path

from web.api import converters
from web.api.merchant import (
    application,
    campaigns,
    coupons,
    customers,
    orders,
    payouts,
    pickup,
    products,
    refunds,
    stock,
)

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("", application.WorkPlaces.as_view()),
    path("application/", application.MyApplication.as_view()),
    path("products/", products.Products.as_view()),
    path("products/<public_code:code>/", products.OneProduct.as_view()),
    path("products/<public_code:code>/put-on-shelf/", products.PutOnShelf.as_view()),
    path("products/<public_code:code>/take-off-shelf/", products.TakeOffShelf.as_view()),
    path("products/<public_code:code>/images/", products.Pictures.as_view()),
    path("products/<public_code:code>/images/<int:image_id>/", products.OnePicture.as_view()),
    path("skus/", stock.Skus.as_view()),
    path("skus/<public_code:code>/stock/", stock.AdjustStock.as_view()),
    path("skus/<public_code:code>/alert-threshold/", stock.AlertThreshold.as_view()),
    path("campaigns/", campaigns.Campaigns.as_view()),
    path("campaigns/<public_code:code>/", campaigns.OneCampaign.as_view()),
    path("campaigns/<public_code:code>/copy/", campaigns.CopyCampaign.as_view()),
    path("campaigns/<public_code:code>/submit/", campaigns.SubmitCampaign.as_view()),
    path("campaigns/<public_code:code>/cancel/", campaigns.CancelCampaign.as_view()),
    path("coupons/", coupons.Coupons.as_view()),
    path("coupons/<public_code:code>/", coupons.OneCoupon.as_view()),
    path("coupons/<public_code:code>/stop/", coupons.StopCoupon.as_view()),
    path("coupons/<public_code:code>/issue/", coupons.IssueCoupon.as_view()),
    path("coupons/<public_code:code>/words/", coupons.Words.as_view()),
    path("coupons/<public_code:code>/batches/", coupons.Batches.as_view()),
    path("coupons/<public_code:code>/codes/", coupons.Codes.as_view()),
    path("orders/", orders.Orders.as_view()),
    path("orders/ready/", orders.Ready.as_view()),
    path("orders/<document_number:number>/", orders.OneOrder.as_view()),
    path("orders/<document_number:number>/deliver/", orders.Deliver.as_view()),
    path("orders/<document_number:number>/refunds/", refunds.OrderRefunds.as_view()),
    path("orders/<document_number:number>/recipient/", orders.Recipient.as_view()),
    path("customers/", customers.Customers.as_view()),
    path("customers/<public_code:code>/", customers.OneCustomer.as_view()),
    path("customers/<public_code:code>/tags/", customers.CustomerTags.as_view()),
    path("customers/<public_code:code>/tags/<int:tag_id>/", customers.CustomerTag.as_view()),
    path("tags/", customers.Tags.as_view()),
    path("payees/", payouts.Payees.as_view()),
    path("payees/<public_code:code>/", payouts.OnePayee.as_view()),
    path("withdrawals/", payouts.Withdrawals.as_view()),
    path("withdrawals/<document_number:number>/cancel/", payouts.CancelWithdrawal.as_view()),
    path("pickups/verify/", pickup.VerifyPickup.as_view()),
    path("pickup-points/", pickup.Points.as_view()),
    path("pickup-points/<public_code:code>/", pickup.OnePoint.as_view()),
]
