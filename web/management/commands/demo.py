from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.clock import database_now
from web.demo.making import DemoRefused, Made, is_empty, make_demo
from web.demo.reading import read
from web.demo.town import PASSWORD, SIGN_INS

ROLES = {
    "operator": "运营",
    "orchard_owner": "商家（老周果园，免审）",
    "consumer": "用户",
    "leader": "团长",
    "grocer_owner": "商家（邻里粮油）",
}


class Command(BaseCommand):
    help = "Fill an empty database with the demo: neighbours, shops, campaigns in every state."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and not is_empty():
            return
        self.stdout.write("正在准备演示数据，大约半分钟")
        try:
            made = make_demo(now=database_now())
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(made)

    def _tell(self, made: Made) -> None:
        self.stdout.write(
            f"演示数据好了：{made.people} 位用户，{made.merchants} 个商家，{made.products} 种商品，"
            f"{made.campaigns} 个团，{made.orders} 笔订单"
        )
        people = read("people")
        for key in SIGN_INS:
            self.stdout.write(f"  {people[key]['phone']}  {PASSWORD}  {ROLES[key]} {people[key]['name']}")
