from risk.models.case import Evidence, RiskCase
from risk.models.detector import Detector
from risk.models.register import RiskItem
from risk.models.sighting import AddressSighting, Sighting
