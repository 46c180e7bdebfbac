from django.contrib.admin.apps import AdminConfig


class OperatorsConfig(AdminConfig):
    """Django's admin with our own front door."""

    default_site = "web.operators.site.OperatorsSite"
