-- Take what an order claims: `claims` lists, in lock order, {"kind", "take", "claims": [{"key", "quantity"}…]}, where
-- `take` is the function that the kind's keeper has registered (orders_take_by is written after every migration, see
-- orders.services.dispatching). Returns by kind what these functions left to be done.
CREATE OR REPLACE FUNCTION orders_take_claims(placed orders_order, claims jsonb, quoted_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    wanted jsonb;
    note jsonb;
    notes jsonb := '{}';
BEGIN
    FOR wanted IN SELECT value FROM jsonb_array_elements(claims) LOOP
        note := orders_take_by(wanted->>'take', placed, wanted->'claims', quoted_at);
        IF note IS NOT NULL THEN
            notes := notes || jsonb_build_object(wanted->>'kind', note);
        END IF;
    END LOOP;
    RETURN notes;
END $$;

-- The claim that orders keeps itself, with the catalogue below it. Returns the SKUs that may have run low.
CREATE OR REPLACE FUNCTION orders_take_allotments(placed orders_order, claims jsonb, quoted_at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    RETURN to_jsonb(catalog_reserve(placed.number, claims, placed.placed_at));
END $$;
