"""Development's settings without its limits on how often one may ask, and without collected static files."""

from groupbuy.settings.development import *  # noqa: F403
from groupbuy.settings.development import REST_FRAMEWORK, STORAGES

REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"person": None, "visitor": None, "sign_in": None}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
