"""Production: everything by environment, and a refusal to start on anything unsafe."""

import os

from django.core.exceptions import ImproperlyConfigured

from notifications.accounts import read_tencent, read_wechat
from payments.gateways.accounts import check_lists, read_accounts

from .base import *  # noqa: F403
from .base import (
    CONTENT_SECURITY_POLICY,
    FIELD_INDEX_KEY,
    FIELD_KEYS,
    MERCHANT_GATEWAYS,
    NOTIFICATION_CHANNELS,
    PAYMENT_GATEWAYS,
    SECRET_KEY,
    SMS_PROVIDER,
    env,
)

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PAYMENT_GATEWAYS = env.json("PAYMENT_GATEWAYS", default=PAYMENT_GATEWAYS)
GATEWAY_ACCOUNTS = read_accounts(PAYMENT_GATEWAYS, os.environ)
check_lists(PAYMENT_GATEWAYS, MERCHANT_GATEWAYS)

# Messages. What is not configured stays with the built-in channel, which keeps everything and sends nothing.
SMS_PROVIDER = env.str("SMS_PROVIDER", default=SMS_PROVIDER)
if SMS_PROVIDER == "notifications.sms.tencent.TencentSmsProvider":
    TENCENT_SMS = read_tencent(os.environ)
if env.bool("WECHAT_MESSAGES", default=False):
    WECHAT_APP = read_wechat(os.environ)
    NOTIFICATION_CHANNELS["wechat"] = "notifications.channels.wechat.WechatChannel"
if env.bool("WECOM_ROBOTS", default=True):
    NOTIFICATION_CHANNELS["wecom"] = "notifications.channels.wecom.WecomChannel"
if EMAIL_HOST := env.str("EMAIL_HOST", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_PORT = env.int("EMAIL_PORT", default=465)
    EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
    EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
    EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=EMAIL_PORT == 465)
    EMAIL_USE_TLS = not EMAIL_USE_SSL

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# Health checks come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True


def _refuse_unsafe() -> None:
    """Stop before the first request rather than run with a door open."""
    problems = []
    if DEBUG:
        problems.append("DEBUG must be off")
    if len(SECRET_KEY) < 32 or SECRET_KEY.startswith("development-only"):
        problems.append("SECRET_KEY must be a secret of at least 32 characters")
    if not FIELD_KEYS or not FIELD_INDEX_KEY or FIELD_INDEX_KEY.startswith("development-only"):
        problems.append("FIELD_KEYS and FIELD_INDEX_KEY must be set: they encrypt personal data")
    if any("sandbox" in path for path in PAYMENT_GATEWAYS.values()):
        problems.append("PAYMENT_GATEWAYS must not hold the sandbox gateway")
    if problems:
        raise ImproperlyConfigured("Refusing to start: " + "; ".join(problems) + ".")


_refuse_unsafe()
