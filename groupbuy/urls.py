"""Where everything is."""

from django.contrib import admin
from django.urls import path

from web.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
]
