from tests.fixtures.wechat import wechat

__all__ = ["wechat"]
