"""The OpenAPI document, and a page to read it with."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class Schema(SpectacularAPIView):
    """The document itself; public, like what it describes."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


# The reader comes with its own style element; its script is a request of its own, so scripts stay strict.
@method_decorator(
    csp_replace({"script-src": [SELF], "style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}), name="get"
)
class Reader(SpectacularSwaggerSplitView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    url_name = "api-schema"
    url_self = None
