"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from groupbuy.local.environment import load_environment

load_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groupbuy.settings.development")
application = get_wsgi_application()
