"""Development's settings without its limits on how often one may ask."""

from groupbuy.settings.development import *  # noqa: F403
from groupbuy.settings.development import DATABASES, REST_FRAMEWORK

DATABASES["default"]["NAME"] = "bench"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"person": None, "visitor": None}}
LOGGING = {"version": 1, "disable_existing_loggers": False}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
