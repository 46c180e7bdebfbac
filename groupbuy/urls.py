"""Where everything is."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.static import serve

from web.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("api/", include("web.api.urls")),
    # Pictures have random names and never change; a proxy in front may keep or serve them.
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("web.callbacks")),
    path("backoffice/", include("web.backoffice.urls")),
    path("", include("web.storefront.urls")),
]

handler403 = "web.failures.forbidden"
handler404 = "web.failures.not_found"
handler500 = "web.failures.server_error"
