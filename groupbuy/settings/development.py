"""`make run`, `make dev` and the commands beside them: the demo, on this computer, with the sandbox gateway."""

import os

from payments.gateways.accounts import check_lists, read_accounts

from .base import *  # noqa: F403
from .base import MERCHANT_GATEWAYS, REST_FRAMEWORK, env

DEBUG = env.bool("DEBUG", default=False)
DEMO = True
SECRET_KEY = env.str("SECRET_KEY", default="development-only-not-a-secret")
FIELD_KEYS = env.list("FIELD_KEYS", default=["1:ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM="])
FIELD_INDEX_KEY = env.str("FIELD_INDEX_KEY", default="development-only-index-key")
SANDBOX_GATEWAY_SECRET = env.str("SANDBOX_GATEWAY_SECRET", default="development-only-gateway-secret")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
PAYMENT_GATEWAYS = env.json("PAYMENT_GATEWAYS", default={"sandbox": "payments.gateways.sandbox.SandboxGateway"})
GATEWAY_ACCOUNTS = read_accounts(PAYMENT_GATEWAYS, os.environ)
check_lists(PAYMENT_GATEWAYS, MERCHANT_GATEWAYS)

# Everybody in a demo sits at one computer: what is counted by network address must not stop them.
SMS_HOURLY_PER_NETWORK = env.int("SMS_HOURLY_PER_NETWORK", default=2_000)
REST_FRAMEWORK = REST_FRAMEWORK | {
    "DEFAULT_THROTTLE_RATES": {"person": "6000/min", "visitor": "30000/min", "sign_in": "3000/min"}
}
