"""The test suite: real PostgreSQL and Valkey, everything else as small and quick as it can be."""

import tempfile
from pathlib import Path

from .development import *  # noqa: F403
from .development import DATABASES, REST_FRAMEWORK, STORAGES

DEBUG = False
# Two hundred neighbours at one row wait as long as a busy machine needs: being slow is no fault of the code. What a row
# that stays locked does, a test sees with a timeout of its own.
DATABASES["default"]["OPTIONS"]["options"] = "-c lock_timeout=30s -c statement_timeout=60s"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = Path(tempfile.gettempdir()) / "groupbuy-test-media"
PRIVATE_MEDIA_ROOT = MEDIA_ROOT / "private"
STORAGES = STORAGES | {
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = MEDIA_ROOT / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"person": None, "visitor": None, "sign_in": None}}
SMS_HOURLY_PER_NETWORK = 20
# What a test changes it wants to see.
SHARED_PAGE_SECONDS = 0
DEFINITION_SECONDS = 0
NOTE_SECONDS = 0
# What a test counts comes one after the other.
REFUNDS_AT_ONCE = 1
