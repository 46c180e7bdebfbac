import datetime as dt
import hashlib
import smtplib
import socket

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from common.outgoing import forbid_in_transaction
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown
from notifications.links import absolute
from notifications.wording import Wording

# The server was not reached at all.
NOBODY_THERE = (ConnectionRefusedError, socket.gaierror)


class EmailChannel:
    """Mail in plain text, by the backend that Django's own settings name."""

    repeats_unknown = True

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        if settings.EMAIL_BACKEND == SMTP:
            forbid_in_transaction()
        try:
            _message(address, wording).send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _said in error.recipients.values()]
            raise _failure(max(codes, default=450)) from None
        except smtplib.SMTPAuthenticationError:
            raise ChannelUnavailable("smtp_sign_in") from None
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code) from None
        except NOBODY_THERE:
            raise ChannelUnavailable("no_answer") from None
        except (smtplib.SMTPException, OSError):
            raise OutcomeUnknown("no_answer") from None


SMTP = "django.core.mail.backends.smtp.EmailBackend"


def _failure(code: int) -> ChannelRefused | ChannelUnavailable:
    """A server that says 4xx wants to be asked again; what it says beside the number may name the address."""
    return ChannelRefused(f"smtp_{code}") if code >= 500 else ChannelUnavailable(f"smtp_{code}")


def _message(address: str, wording: Wording) -> EmailMessage:
    parts = [wording.body, absolute(wording.url)]
    headers = {"Message-ID": _message_id(address, wording)}
    if wording.unsubscribe:
        parts.append(f"{_('不想再收到优惠和活动邮件：')}{wording.unsubscribe}")
        headers["List-Unsubscribe"] = f"<{wording.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    text = "\n\n".join(part for part in parts if part)
    return EmailMessage(subject=wording.title, body=text, to=[address], headers=headers)


def _message_id(address: str, wording: Wording) -> str:
    """The same for the same message: a mailbox shows a second copy once."""
    said = "\0".join((address, wording.kind, wording.title, wording.body, wording.url))
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{hashlib.sha256(said.encode()).hexdigest()[:40]}@{domain}>"
