-- The whole journal of the SKUs: a movement stands at hand or in the archive, and is read here wherever it stands.
CREATE OR REPLACE VIEW catalog_journal AS
SELECT id, sku_id, kind, quantity, available_delta, allotted_delta, sold_delta, reserved_delta, allotment_id, document,
       reason, actor_id, at
  FROM catalog_stockmovement
 UNION ALL
SELECT id, sku_id, kind, quantity, available_delta, allotted_delta, sold_delta, reserved_delta, allotment_id, document,
       reason, actor_id, at
  FROM catalog_archivedstockmovement;
