from common.models.alert import Alert
from common.models.audit import ArchivedAuditEntry, AuditEntry
from common.models.budget import Budget
from common.models.events import EventDelivery, OutboxEvent
from common.models.export import ExportJob
from common.models.idempotency import IdempotencyKey
from common.models.transition import Transition
from common.models.watching import JournalMark, StatementWalk

__all__ = [
    "Alert",
    "ArchivedAuditEntry",
    "AuditEntry",
    "Budget",
    "EventDelivery",
    "ExportJob",
    "IdempotencyKey",
    "JournalMark",
    "OutboxEvent",
    "StatementWalk",
    "Transition",
]
