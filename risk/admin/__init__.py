"""Operators: cases, detectors, the risk register."""

from risk.admin.cases import RiskCaseAdmin
from risk.admin.detectors import DetectorAdmin
from risk.admin.register import RiskItemAdmin

__all__ = ["DetectorAdmin", "RiskCaseAdmin", "RiskItemAdmin"]
