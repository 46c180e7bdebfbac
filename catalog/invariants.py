"""What must always be true of goods: the journal agrees with the counters, and nothing is oversold."""

from catalog.models import Allotment, Product, Stock, StockMovement
from catalog.states import ProductStatus
from common.invariants import declare
from common.moving import declare_moving
from common.timelines import declare_timeline

JOURNAL = "SELECT {} FROM catalog_stockmovement WHERE id = ANY({{catalog_stockmovement}})"
declare_moving(StockMovement)
declare_moving(Allotment, because=[JOURNAL.format("allotment_id")])
declare_moving(Stock, because=[JOURNAL.format("sku_id")])
declare_timeline(
    Product,
    begins=[ProductStatus.DRAFT],
    because=["SELECT product_id FROM catalog_sku WHERE id = ANY({catalog_stock})"],
)

STOCKS = {"catalog_stock": "sku_id = ANY({catalog_stock})"}
ALLOTMENTS = {"catalog_allotment": "id = ANY({catalog_allotment})"}
DOCUMENTS = {"catalog_journal": f"(sku_id, document) IN ({JOURNAL.format('sku_id, document')})"}
PRODUCTS = {
    "catalog_product": "id = ANY({catalog_product})",
    "catalog_sku": "product_id = ANY({catalog_product})",
    "catalog_stock": "sku_id IN (SELECT id FROM catalog_sku)",
}

declare(
    "stock.journal",
    "The counters of a SKU are the sums of its movements (I03)",
    """
    SELECT stock.sku_id, stock.available, stock.allotted, stock.sold, stock.adjusted, journal.*
    FROM catalog_stock AS stock
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(available_delta), 0) AS available, coalesce(sum(allotted_delta), 0) AS allotted,
            coalesce(sum(sold_delta), 0) AS sold,
            coalesce(sum(available_delta) FILTER (WHERE kind = 'adjust'), 0) AS adjusted
        FROM catalog_journal WHERE sku_id = stock.sku_id
    ) AS journal
    WHERE (stock.available, stock.allotted, stock.sold, stock.adjusted)
        IS DISTINCT FROM (journal.available, journal.allotted, journal.sold, journal.adjusted)
    """,
    lately=STOCKS,
)
declare(
    "stock.conserved",
    "Every piece that came in is available, allotted or sold, and no counter is negative (I01)",
    """
    SELECT sku_id, available, allotted, sold, adjusted FROM catalog_stock
    WHERE adjusted <> available + allotted + sold OR least(available, allotted, sold) < 0
    """,
)
declare(
    "stock.allotted",
    "What a SKU has allotted is what its unreturned allotments have not sold (I01)",
    """
    SELECT stock.sku_id, stock.allotted, coalesce(sum(allotment.quantity - allotment.sold), 0)
    FROM catalog_stock AS stock
    LEFT JOIN catalog_allotment AS allotment ON allotment.sku_id = stock.sku_id AND allotment.returned_at IS NULL
    GROUP BY stock.sku_id, stock.allotted
    HAVING stock.allotted <> coalesce(sum(allotment.quantity - allotment.sold), 0)
    """,
)
declare(
    "stock.exists",
    "Every SKU has a stock row, so that no sale goes past its counters (I01)",
    """
    SELECT sku.id FROM catalog_sku AS sku LEFT JOIN catalog_stock AS stock ON stock.sku_id = sku.id
    WHERE stock.sku_id IS NULL
    """,
)
declare(
    "allotment.journal",
    "The counters of an allotment are the sums of its movements (I03)",
    """
    SELECT allotment.id, allotment.quantity, allotment.reserved, allotment.sold, journal.*
    FROM catalog_allotment AS allotment
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity) FILTER (WHERE kind = 'allot'), 0) AS quantity,
            coalesce(sum(reserved_delta), 0) AS reserved, coalesce(sum(sold_delta), 0) AS sold,
            coalesce(sum(quantity) FILTER (WHERE kind = 'return'), 0) AS returned
        FROM catalog_journal
        WHERE sku_id = allotment.sku_id AND allotment_id = allotment.id
    ) AS journal
    WHERE (allotment.quantity, allotment.reserved, allotment.sold)
            IS DISTINCT FROM (journal.quantity, journal.reserved, journal.sold)
        OR journal.returned <> CASE WHEN allotment.returned_at IS NULL THEN 0
            ELSE allotment.quantity - allotment.sold END
    """,
    lately=ALLOTMENTS,
)
declare(
    "allotment.not_oversold",
    "No allotment has reserved and sold more than it holds (I01, I06)",
    """
    SELECT id, quantity, reserved, sold FROM catalog_allotment
    WHERE reserved + sold > quantity OR least(reserved, sold) < 0
    """,
)
declare(
    "allotment.returned",
    "A returned allotment is closed and no order holds a piece of it (I02)",
    "SELECT id, reserved FROM catalog_allotment WHERE returned_at IS NOT NULL AND (is_open OR reserved <> 0)",
)
declare(
    "movement.ended_once",
    "What a document reserved is released or sold at most once, whole, and nothing else is (I04)",
    """
    SELECT allotment_id, document,
        sum(quantity) FILTER (WHERE kind = 'reserve') AS reserved,
        sum(quantity) FILTER (WHERE kind <> 'reserve') AS ended
    FROM catalog_journal WHERE kind IN ('reserve', 'release', 'commit')
    GROUP BY allotment_id, document
    HAVING count(*) FILTER (WHERE kind <> 'reserve') > 1 OR count(*) FILTER (WHERE kind = 'reserve') <> 1
        OR sum(quantity) FILTER (WHERE kind <> 'reserve') <> sum(quantity) FILTER (WHERE kind = 'reserve')
    """,
    lately=DOCUMENTS,
)
declare(
    "movement.archived",
    "What is in the archive belongs to allotments that have gone back to the shelf, and stands nowhere else (I03, I04)",
    """
    SELECT archived.id, archived.allotment_id FROM catalog_archivedstockmovement AS archived
    LEFT JOIN catalog_allotment AS allotment ON allotment.id = archived.allotment_id
    WHERE allotment.returned_at IS NULL
        OR EXISTS (SELECT FROM catalog_stockmovement AS at_hand WHERE at_hand.id = archived.id)
    """,
    only_walked=True,
)

LEFT = """
    SELECT stock.sku_id, stock.alert_threshold, stock.low_since, sku.product_id, sku.retired_at,
        stock.available + coalesce(sum(allotment.quantity - allotment.reserved - allotment.sold), 0) AS pieces
    FROM catalog_stock AS stock JOIN catalog_sku AS sku ON sku.id = stock.sku_id
    LEFT JOIN catalog_allotment AS allotment ON allotment.sku_id = stock.sku_id AND allotment.returned_at IS NULL
    GROUP BY stock.sku_id, stock.alert_threshold, stock.low_since, stock.available, sku.product_id, sku.retired_at
"""
declare(
    "stock.alerted",
    "A SKU is marked as low exactly while no more pieces are left than its alert threshold (B3)",
    f"""
    SELECT sku_id, pieces, alert_threshold, low_since FROM ({LEFT}) AS levels
    WHERE (low_since IS NOT NULL) <> (alert_threshold > 0 AND pieces <= alert_threshold)
    """,
    lately=STOCKS,
)
declare(
    "product.shelf",
    "A product on the shelf has pieces left, a sold-out one has none (B1)",
    f"""
    SELECT product.id, product.status, coalesce(sum(levels.pieces), 0) FROM catalog_product AS product
    LEFT JOIN ({LEFT}) AS levels ON levels.product_id = product.id AND levels.retired_at IS NULL
    WHERE product.status IN ('on_shelf', 'sold_out')
    GROUP BY product.id, product.status
    HAVING (product.status = 'on_shelf') <> (coalesce(sum(levels.pieces), 0) > 0)
    """,
    lately=PRODUCTS,
)
