"""Places of a page that are another's for every visitor."""

from django import template
from django.template import Context

from web.shared.gaps import TEMPLATES
from web.shared.visitors import Anybody

register = template.Library()


@register.simple_tag(takes_context=True)
def gap(context: Context, name: str) -> str:
    """Render this part here and now; in a page that is shared it is left open, and filled in for each visitor."""
    request = getattr(context, "request", None)
    if isinstance(request, Anybody):
        return request.gap(name)
    assert context.template is not None
    return context.template.engine.get_template(TEMPLATES[name]).render(context)
