"""Structured logs that never carry a phone number."""

import logging
import re

import structlog

PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


class HidePersonalData(logging.Filter):
    """Masks whatever looks like a mobile number in the finished message."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = PHONE.sub(r"\1****\2", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True


def json_formatter() -> logging.Formatter:
    """One JSON object a line, Chinese kept readable."""
    shared = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
