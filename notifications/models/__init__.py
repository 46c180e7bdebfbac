from notifications.models.message import Message
from notifications.models.sms import TextMessage

__all__ = ["Message", "TextMessage"]
