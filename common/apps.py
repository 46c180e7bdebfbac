from django.apps import AppConfig

from common.autoload import load_contributions


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = "平台底座"

    def ready(self) -> None:
        load_contributions()
