from notifications.models.dispatch import Dispatch
from notifications.models.kind import MessageKind
from notifications.models.message import Message
from notifications.models.preference import Preference, QuietHours
from notifications.models.robot import Robot
from notifications.models.sms import TextMessage

__all__ = ["Dispatch", "Message", "MessageKind", "Preference", "QuietHours", "Robot", "TextMessage"]
