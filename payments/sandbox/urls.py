"""The sandbox's own addresses; the platform serves none of them."""

from django.urls import path, re_path

from payments.sandbox.views import control, endpoints, pages

urlpatterns = [
    path("", pages.home),
    path("pay.css", pages.style),
    path("pay/<str:token>/", pages.pay),
    re_path(r"^v1/(?P<action>open|query|close|refund|query-refund|bill)/$", endpoints.act),
    re_path(
        r"^control/payments/(?P<number>[\w-]+)/(?P<outcome>succeed|fail|lose|duplicate)/$", control.control_payment
    ),
    re_path(r"^control/refunds/(?P<number>[\w-]+)/(?P<outcome>finish|spoil)/$", control.control_refund),
    path("control/faults/", control.add_fault),
    path("control/faults/clear/", control.clear_faults),
    path("control/script/", control.load_script),
    path("control/trace/", control.show_trace),
]
