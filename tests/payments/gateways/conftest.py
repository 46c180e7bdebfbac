from tests.fixtures.alipay import alipay
from tests.fixtures.wechat import wechat

__all__ = ["alipay", "wechat"]
