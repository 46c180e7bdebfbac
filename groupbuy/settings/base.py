"""What every installation shares. Secrets and addresses come from the environment, never from here."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from groupbuy.local.environment import data_dir
from notifications.accounts import TencentSms, WechatApp
from payments.gateways.accounts import Account

from .operators import OPERATOR_GROUPS as OPERATOR_GROUPS

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = data_dir()
env = environ.Env()

DEBUG = False
DEMO = False
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

# Keys of the encrypted columns: "id:base64" pairs, the first one encrypts, all of them decrypt.
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", default=[])
FIELD_INDEX_KEY = env.str("FIELD_INDEX_KEY", default="")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "web.operators.apps.OperatorsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_prose_editor",
    "django_filters",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "common",
    "notifications",
    "accounts",
    "catalog",
    "payments",
    "payments.sandbox",
    "orders",
    "community",
    "campaigns",
    "marketing",
    "risk",
    "analytics",
    "web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.middleware.ActsAreSeen",
    "web.middleware.RefusalPages",
]

ROOT_URLCONF = "groupbuy.urls"
WSGI_APPLICATION = "groupbuy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "web.templatetags.money"],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///groupbuy")}
DATABASES["default"]["ENGINE"] = "common.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
# A row that stays locked for 3 s is a fault, and a clear refusal beats a queue of waiting neighbours.
DATABASES["default"]["OPTIONS"]["options"] = "-c lock_timeout=3s -c statement_timeout=15s"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
# For so long at most everybody may be shown the same rendering of a page; 0 renders every time.
SHARED_PAGE_SECONDS = env.int("SHARED_PAGE_SECONDS", default=1)
# For so long at most a process goes by the tiers, promotions and detectors that it has read; 0 reads every time.
DEFINITION_SECONDS = env.int("DEFINITION_SECONDS", default=1)
# After so long at most it is written down when a key was last used and from where a program came; 0 does it at once.
NOTE_SECONDS = env.int("NOTE_SECONDS", default=1)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "web.failures.csrf_failure"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
# What Python once took it rarely gives back, so one long export would weigh on a worker for ever. A process makes room
# for a new one after its task: when it holds twice what it starts with (under 200 MiB), and after some hours of sweeps.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.int("CELERY_WORKER_MAX_MEMORY_KIB", default=409_600)
CELERY_WORKER_MAX_TASKS_PER_CHILD = env.int("CELERY_WORKER_MAX_TASKS", default=10_000)
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker killed with a task in hand gives it back within ten minutes instead of an hour.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}

# How long an entry of the audit trail stays among those that operators page through, see `manage.py archive`.
AUDIT_AT_HAND = timedelta(days=env.int("AUDIT_AT_HAND_DAYS", default=730))
# How long the movements of pieces stay beside those of today after what was left has gone back to the shelf.
MOVEMENTS_AT_HAND = timedelta(days=env.int("MOVEMENTS_AT_HAND_DAYS", default=180))

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PhoneBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "storefront:sign-in"
LOGIN_REDIRECT_URL = "storefront:home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Licences and other papers never stand under MEDIA_URL; a guarded view hands them out.
PRIVATE_MEDIA_ROOT = DATA_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    # The operators' pages and the API's reader relax this for themselves, see `web.operators.site` and `web.api.docs`.
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# The operators' back office: one accent, their own sidebar, what waits on the front page.
UNFOLD = {
    "SITE_TITLE": _("groupbuy 运营"),
    "SITE_HEADER": _("groupbuy 运营"),
    "SITE_SUBHEADER": _("平台运营后台"),
    "SITE_SYMBOL": "groups",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "web.operators.site.mark"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "8px",
    "DASHBOARD_CALLBACK": "web.operators.dashboard.show_what_waits",
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .015 170)",
            "100": "oklch(94.5% .03 170)",
            "200": "oklch(89% .06 170)",
            "300": "oklch(81% .09 170)",
            "400": "oklch(73% .11 170)",
            "500": "oklch(60% .11 170)",
            "600": "oklch(48% .09 170)",
            "700": "oklch(42% .08 170)",
            "800": "oklch(36% .07 170)",
            "900": "oklch(30% .06 170)",
            "950": "oklch(22% .04 170)",
        }
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "web.operators.sidebar.navigation"},
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "web.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["web.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "web.api.schema.ProblemAwareSchema",
    "DEFAULT_PAGINATION_CLASS": "web.api.pagination.NewestFirst",
    "EXCEPTION_HANDLER": "web.api.problems.answer_exception",
    "DEFAULT_THROTTLE_CLASSES": ["web.api.throttling.PersonThrottle", "web.api.throttling.VisitorThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": "600/min", "visitor": "300/min", "sign_in": "30/min"},
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "groupbuy",
    "DESCRIPTION": "Community group-buying: campaigns, joining, orders, payments, pick-up. Amounts are integer fen.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVERS": [{"url": "/"}],
    "PATH_CONVERTER_OVERRIDES": {
        "public_code": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{10}$"},
        "document_number": {"type": "string", "pattern": "^[A-Z][0-9]{6,19}$"},
        "phone": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
    },
    "ENUM_NAME_OVERRIDES": {
        "BenefitKind": "community.states.BenefitKind",
        "CampaignStatus": "campaigns.states.CampaignStatus",
        "CouponKind": "marketing.states.CouponKind",
        "CouponScopeKind": "marketing.states.ScopeKind",
        "CouponStatus": "marketing.states.CouponStatus",
        "CouponTemplateStatus": "marketing.states.TemplateStatus",
        "MerchantStatus": "accounts.states.MerchantStatus",
        "OrderStatus": "orders.states.OrderStatus",
        "PayeeKind": "payments.states.PayeeKind",
        "PaymentStatus": "payments.states.PaymentStatus",
        "PointsKind": "community.states.PointsKind",
        "PointsStatus": "community.states.PointsStatus",
        "ProductStatus": "catalog.states.ProductStatus",
        "RefundRoute": "payments.states.RefundRoute",
        "RefundStatus": "payments.states.RefundStatus",
        "WithdrawalStatus": "payments.states.WithdrawalStatus",
    },
}

# Money. The gateways there are by name, each with the dotted path of its class; after a colon, the name that the
# variables of its account begin with, where it is not the usual one.
PAYMENT_GATEWAYS: dict[str, str] = {}
# Which of them the buyers of a merchant may choose, by the merchant's code; "*" is for all the others.
MERCHANT_GATEWAYS: dict[str, list[str]] = env.json("MERCHANT_GATEWAYS", default={})
GATEWAY_ACCOUNTS: dict[str, Account] = {}
SANDBOX_GATEWAY_URL = env.str("SANDBOX_GATEWAY_URL", default="http://127.0.0.1:8001")
SANDBOX_GATEWAY_SECRET = env.str("SANDBOX_GATEWAY_SECRET", default="")
SANDBOX_MERCHANT_NO = "sandbox-1"
GATEWAY_TIMEOUT_SECONDS = (2, 5)
# By all workers together, for each gateway; 0 sets no pace, for a gateway that wants none.
REFUNDS_PER_SECOND = env.int("REFUNDS_PER_SECOND", default=100)
# By how many hands one worker asks a gateway at once.
REFUNDS_AT_ONCE = env.int("REFUNDS_AT_ONCE", default=4)
# The least that is paid out at once, and from which amount on it takes two operators to approve.
WITHDRAWAL_LEAST_FEN = env.int("WITHDRAWAL_LEAST_FEN", default=100)
WITHDRAWAL_SECOND_APPROVAL_FEN = env.int("WITHDRAWAL_SECOND_APPROVAL_FEN", default=500_000)
# Refunded at once, without asking the merchant: so much of an order, so often for one buyer in so many days.
AUTO_REFUND_MOST_FEN = env.int("AUTO_REFUND_MOST_FEN", default=2_000)
AUTO_REFUNDS_PER_BUYER = env.int("AUTO_REFUNDS_PER_BUYER", default=3)
AUTO_REFUND_DAYS = 30
# Where buyers reach the platform when their money is late; empty shows no number.
PLATFORM_PHONE = env.str("PLATFORM_PHONE", default="")

# Whether a crowd that buys the same thing lets go of its rows before its commits are on disk (ADR 17).
EARLY_LOCK_RELEASE = env.bool("EARLY_LOCK_RELEASE", default=True)
# For how long it is kept, as keyed hashes, from which device and network people came.
KEEP_SIGHTINGS = timedelta(days=90)
# How long after hand-over a buyer may always say that something is missing or broken; a longer right to return counts.
QUALITY_CLAIMS = timedelta(hours=48)
# What the platform takes of the goods of a newly approved merchant, in basis points.
PLATFORM_FEE_BP = env.int("PLATFORM_FEE_BP", default=200)

# Points: what one is worth, fixed once some were given; how long they last; how much of the goods they may pay.
POINTS_VALUE_FEN = 1
POINTS_LIFETIME = timedelta(days=365)
POINTS_MOST_SHARE_BP = env.int("POINTS_MOST_SHARE_BP", default=2_000)
# What is given for what: each yuan of goods, a review, a day's check-in, every seventh day in a row on top.
POINTS_PER_YUAN = 1
POINTS_FOR_REVIEW = 20
POINTS_FOR_CHECK_IN = 2
POINTS_FOR_SEVENTH_DAY = 10

# How messages leave, by channel; the built-in ones keep them for the sandbox phone page.
NOTIFICATION_CHANNELS = {
    "sms": "notifications.channels.sms.SmsChannel",
    "email": "notifications.channels.email.EmailChannel",
    "wechat": "notifications.channels.sandbox.SandboxWechatChannel",
    "wecom": "notifications.channels.sandbox.SandboxWecomChannel",
}
CHANNEL_TIMEOUT_SECONDS = (2, 5)
EMAIL_BACKEND = "notifications.channels.sandbox.SandboxEmailBackend"
EMAIL_TIMEOUT = 8
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="groupbuy <noreply@groupbuy.example>")
WECHAT_APP: WechatApp | None = None
WECOM_ROBOT_PREFIX = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
TENCENT_SMS: TencentSms | None = None
# Codes and notices are counted apart: no flood of notices keeps anybody from signing in.
SMS_NOTICES_PER_PERSON = env.int("SMS_NOTICES_PER_PERSON", default=5)
SMS_NOTICES_PER_DAY = env.int("SMS_NOTICES_PER_DAY", default=10_000)
SMS_PROVIDER = "notifications.sms.sandbox.SandboxSmsProvider"
SMS_HOURLY_PER_NETWORK = env.int("SMS_HOURLY_PER_NETWORK", default=20)
SMS_DAILY_BUDGET = env.int("SMS_DAILY_BUDGET", default=20_000)
# How many proxies stand in front of us; the client's address is that many from the right of X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# The order in which price rules speak; names are registered by the apps in their rules.py (docs/pricing.md).
PRICE_RULES = [
    "campaign_price",
    "member_price",
    "promotion",
    "coupon",
    "points",
    "freight",
    "member_freight",
    "freight_coupon",
]
# What excludes what: an item that carries a line of one of these codes is closed to the rule.
PRICE_EXCLUSIONS: dict[str, set[str]] = {
    "member_price": {"early_bird"},
    "promotion": {"early_bird"},
}
QUOTE_LIFETIME = timedelta(minutes=15)
# A coupon that comes back with a refund is good for at least so long again.
COUPON_RETURNED_FOR = timedelta(days=3)

# So many rows are exported while one waits; more are written in the background. A file is kept for so long.
EXPORT_AT_ONCE_ROWS = 5_000
EXPORT_LIFETIME = timedelta(days=3)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"personal_data": {"()": "common.logs.HidePersonalData"}},
    "formatters": {"json": {"()": "common.logs.json_formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["personal_data"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # A refusal is an answer, not a fault: 4xx does not belong in the log of problems.
    "loggers": {"django.request": {"level": "ERROR"}},
}
