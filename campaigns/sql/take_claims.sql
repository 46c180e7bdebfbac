-- What a campaign gives to an order: pieces of a person's limit, a place, an early-bird slot. Each is one guarded
-- statement. The row of the person comes first: it is not hot. The counters of the campaign come last.

CREATE OR REPLACE FUNCTION campaigns_take_person(placed orders_order, claims jsonb, quoted_at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    claim record;
    allowed integer;
    early boolean := EXISTS (
        SELECT FROM orders_orderclaim AS kept WHERE kept.order_id = placed.id AND kept.kind = 'early_bird'
    );
BEGIN
    FOR claim IN SELECT * FROM jsonb_to_recordset(claims) AS claim (key bigint, quantity integer) LOOP
        INSERT INTO campaigns_campaignorder (order_id, campaign_id, pieces, early_bird)
        VALUES (placed.id, claim.key, claim.quantity, early);

        SELECT limit_per_person INTO allowed FROM campaigns_campaign WHERE id = claim.key;
        INSERT INTO campaigns_participant AS mine
               (campaign_id, user_id, live_pieces, live_orders, paid_orders, joined_at)
        SELECT claim.key, placed.buyer_id, claim.quantity, 1, 0, placed.placed_at
         WHERE allowed IS NULL OR claim.quantity <= allowed
            ON CONFLICT (campaign_id, user_id) DO UPDATE
               SET live_pieces = mine.live_pieces + EXCLUDED.live_pieces, live_orders = mine.live_orders + 1
             WHERE allowed IS NULL OR mine.live_pieces + EXCLUDED.live_pieces <= allowed;
        IF NOT FOUND THEN
            PERFORM campaigns_refuse_pieces(claim.key, placed.buyer_id, allowed);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION campaigns_refuse_pieces(campaign bigint, person bigint, allowed integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    taken integer := coalesce(
        (SELECT live_pieces FROM campaigns_participant WHERE campaign_id = campaign AND user_id = person), 0
    );
BEGIN
    PERFORM common_refuse('limit_reached', jsonb_build_object('limit', allowed, 'taken', taken, 'left', allowed - taken));
END $$;

-- A place is a person: only their first live order takes one. Their row is locked since the claim before.
CREATE OR REPLACE FUNCTION campaigns_take_place(placed orders_order, claims jsonb, quoted_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    claim record;
BEGIN
    FOR claim IN SELECT * FROM jsonb_to_recordset(claims) AS claim (key bigint) LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM campaigns_participant
             WHERE campaign_id = claim.key AND user_id = placed.buyer_id AND live_orders > 1
        );
        UPDATE campaigns_campaignprogress SET places_taken = places_taken + 1
         WHERE campaign_id = claim.key
           AND places_taken < (SELECT max_participants FROM campaigns_campaign WHERE id = claim.key);
        IF NOT FOUND THEN
            PERFORM common_refuse('campaign_full');
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION campaigns_take_early_bird(placed orders_order, claims jsonb, quoted_at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    claim record;
BEGIN
    FOR claim IN SELECT * FROM jsonb_to_recordset(claims) AS claim (key bigint, quantity integer) LOOP
        UPDATE campaigns_campaignprogress SET early_birds = early_birds + claim.quantity
         WHERE campaign_id = claim.key
           AND early_birds < (SELECT early_bird_orders FROM campaigns_campaign WHERE id = claim.key);
        IF NOT FOUND THEN
            PERFORM common_refuse('early_bird_gone');
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
