"""WeChat Pay, API v3, by the library wechatpayv3; what the library leaves open is closed here."""

from .gateway import WeChatGateway as WeChatGateway
