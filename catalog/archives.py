"""Movements of allotments that are long over: what was sold is sold, the rest lies on the shelf, nothing moves again.

Adjustments of the shelf stay at hand: they are people's work and few.
"""

from catalog.models import ArchivedStockMovement, StockMovement
from common.archiving import Archive, declare_archive

IS_OVER = "candidate.allotment_id IN (SELECT id FROM catalog_allotment WHERE returned_at < %(before)s)"

declare_archive(Archive(StockMovement, ArchivedStockMovement, IS_OVER, "MOVEMENTS_AT_HAND"))
