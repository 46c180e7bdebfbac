from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.autoload import load_contributions


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("平台底座")

    def ready(self) -> None:
        load_contributions()
