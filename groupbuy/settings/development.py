"""`make run`, `make dev` and the commands beside them: the demo, on this computer, with the sandbox gateway."""

from .base import *  # noqa: F403
from .base import env

DEBUG = env.bool("DEBUG", default=False)
DEMO = True
SECRET_KEY = env.str("SECRET_KEY", default="development-only-not-a-secret")
FIELD_KEYS = env.list("FIELD_KEYS", default=["1:ZGV2ZWxvcG1lbnQtb25seS1rZXktb2YtMzItYnl0ZXM="])
FIELD_INDEX_KEY = env.str("FIELD_INDEX_KEY", default="development-only-index-key")
SANDBOX_GATEWAY_SECRET = env.str("SANDBOX_GATEWAY_SECRET", default="development-only-gateway-secret")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
PAYMENT_GATEWAYS = {"sandbox": "payments.gateways.sandbox.SandboxGateway"}
