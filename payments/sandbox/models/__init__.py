from payments.sandbox.models.books import SandboxPayment, SandboxRefund
from payments.sandbox.models.delivery import SandboxDelivery
from payments.sandbox.models.fault import SandboxFault, SandboxStrike

__all__ = ["SandboxDelivery", "SandboxFault", "SandboxPayment", "SandboxRefund", "SandboxStrike"]
