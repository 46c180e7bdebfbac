"""What production runs with, as far as one computer without TLS and without a real gateway can."""

import os

from groupbuy.settings import base
from groupbuy.settings.development import *  # noqa: F403
from groupbuy.settings.development import CACHES, DATABASES

DEBUG = False
DEMO = False
REST_FRAMEWORK = base.REST_FRAMEWORK
ROOT_URLCONF = "bench.urls"
DATABASES["default"]["NAME"] = os.environ.get("BENCH_DATABASE", "bench")
# What is kept of one database is never shown beside another.
CACHES["default"]["KEY_PREFIX"] = DATABASES["default"]["NAME"]
# How fast refunds are sent is what is measured, not how fast a gateway wants them.
REFUNDS_PER_SECOND = 0
