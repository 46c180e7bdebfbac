-- Take what an order claims: `claims` lists, in lock order, {"kind", "take", "claims": [{"key", "quantity"}…]}, where
-- `take` is the function that the kind's keeper has registered. Returns by kind what these functions left to be done.
CREATE OR REPLACE FUNCTION orders_take_claims(placed orders_order, claims jsonb, quoted_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    wanted jsonb;
    note jsonb;
    notes jsonb := '{}';
BEGIN
    FOR wanted IN SELECT value FROM jsonb_array_elements(claims) LOOP
        EXECUTE format('SELECT %I($1, $2, $3)', wanted->>'take')
            INTO note USING placed, wanted->'claims', quoted_at;
        IF note IS NOT NULL THEN
            notes := notes || jsonb_build_object(wanted->>'kind', note);
        END IF;
    END LOOP;
    RETURN notes;
END $$;

-- The claim that orders keeps itself, with the catalogue below it. Returns the SKUs that may have run low.
CREATE OR REPLACE FUNCTION orders_take_allotments(placed orders_order, claims jsonb, quoted_at timestamptz)
RETURNS jsonb
LANGUAGE sql AS $$
    SELECT to_jsonb(catalog_reserve(placed.number, claims, placed.placed_at));
$$;
