-- Reserve pieces for a document, all or none: `takes` is [{"key": allotment id, "quantity": pieces}…]. One
-- guarded update for each allotment, in the order of their ids, and its line in the journal. Refuses "sold_out",
-- "selling_closed" and "already_reserved". Returns the SKUs that may have run low, or NULL.
CREATE OR REPLACE FUNCTION catalog_reserve(document text, takes jsonb, at timestamptz) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    take record;
    taken record;
    low bigint[];
BEGIN
    FOR take IN
        SELECT key AS id, sum(quantity)::integer AS quantity
          FROM jsonb_to_recordset(takes) AS take (key bigint, quantity integer) GROUP BY key ORDER BY key
    LOOP
        SELECT * INTO taken FROM catalog_take_guarded(take.id, take.quantity);
        IF NOT FOUND THEN
            PERFORM catalog_refuse_pieces(take.id, take.quantity);
        ELSIF taken.is_low THEN
            low := low || taken.sku_id;
        END IF;
        -- Only now: its key looks up the allotment's row, and whoever looked before locking it would leave a mark on it
        -- that all the others have to read.
        INSERT INTO catalog_stockmovement (sku_id, kind, quantity, available_delta, allotted_delta, sold_delta,
                                           reserved_delta, allotment_id, document, reason, at)
        VALUES (taken.sku_id, 'reserve', take.quantity, 0, 0, 0, take.quantity, take.id, document, '', at)
            ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            PERFORM common_refuse('already_reserved');
        END IF;
    END LOOP;
    RETURN low;
END $$;

-- Check and take in one statement; no row when the check fails. The stock behind says whether it may have run low.
CREATE OR REPLACE FUNCTION catalog_take_guarded(id bigint, wanted integer) RETURNS TABLE (sku_id bigint, is_low boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE catalog_allotment AS allotment SET reserved = reserved + wanted
     WHERE id = catalog_take_guarded.id AND is_open AND quantity - reserved - sold >= wanted
    RETURNING sku_id, quantity - reserved - sold <= (
        SELECT alert_threshold FROM catalog_stock AS stock WHERE stock.sku_id = allotment.sku_id
    );
END $$;

-- Why pieces of an allotment could not be had. Somebody may have given some back since: the number must agree.
CREATE OR REPLACE FUNCTION catalog_refuse_pieces(id bigint, wanted integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    found catalog_allotment;
BEGIN
    SELECT * INTO found FROM catalog_allotment AS allotment WHERE allotment.id = catalog_refuse_pieces.id;
    IF found.id IS NULL OR NOT found.is_open THEN
        PERFORM common_refuse('selling_closed', jsonb_build_object('allotment_id', id));
    END IF;
    PERFORM common_refuse('sold_out', jsonb_build_object(
        'allotment_id', id, 'left', least(found.quantity - found.reserved - found.sold, wanted - 1)
    ));
END $$;
