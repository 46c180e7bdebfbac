"""The product's addresses, and under /bench/ the bare endpoints that rows measure it against."""

from django.urls import path

from bench import endpoints
from groupbuy import urls

urlpatterns = [
    path("bench/join/", endpoints.BareJoin.as_view()),
    path("bench/kept/<slug:name>/", endpoints.kept),
    *urls.urlpatterns,
]

handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500
