import os
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.clock import database_now
from web.demo.making import DemoRefused, Made, is_empty, make_demo, was_interrupted
from web.demo.people import PASSWORD, SIGN_INS
from web.demo.pictures.stage import PIXELS
from web.demo.reading import read

HISTORY = 90
ROLES = {
    "operator": _("运营"),
    "orchard_owner": _("商家（老周果园，免审）"),
    "consumer": _("用户"),
    "leader": _("团长"),
    "grocer_owner": _("商家（邻里粮油）"),
}


class Command(BaseCommand):
    help = "Fill an empty database with the demo: neighbours, shops, campaigns in every state."

    def add_arguments(self, parser: CommandParser) -> None:
        days = int(os.environ.get("DEMO_DAYS") or HISTORY)
        parser.add_argument("--days", type=int, default=days, help=f"days of history ({HISTORY}, or DEMO_DAYS)")
        pixels = int(os.environ.get("DEMO_PIXELS") or PIXELS)
        parser.add_argument("--pixels", type=int, default=pixels, help=f"side of a picture ({PIXELS}, or DEMO_PIXELS)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and not is_empty():
            if was_interrupted():
                self.stderr.write(gettext("上次的演示数据没有做完：先清空数据库（manage.py flush），再做一次"))
            return
        self.stdout.write(gettext("正在准备演示数据，要一两分钟"))
        try:
            made = make_demo(days=options["days"], now=database_now(), pixels=options["pixels"])
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(made)

    def _tell(self, made: Made) -> None:
        sentence = gettext(
            "演示数据好了：%(people)s 位用户，%(merchants)s 个商家，%(products)s 种商品，"
            "%(campaigns)s 个团，%(orders)s 笔订单"
        )
        self.stdout.write(sentence % asdict(made))
        people = read("people")
        for key in SIGN_INS:
            self.stdout.write(f"  {people[key]['phone']}  {PASSWORD}  {ROLES[key]} {people[key]['name']}")
