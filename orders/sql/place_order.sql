-- The write phase of an order, in one call: new rows first, guarded updates last, so that a hot row is locked for as
-- short as can be. `orders.services.placing` says what `form` holds; tests/placing/twin.py is the same in Python.
--
-- Whatever cannot be had is refused by `common_refuse`, and nothing was written. With `alone`, the call is a whole
-- transaction: then it may commit early, and refuses ("follow_up") what would have to be done after it in the same one.
CREATE OR REPLACE FUNCTION orders_place(
    form jsonb, OUT order_id bigint, OUT number text, OUT platform_fee_bp integer, OUT notes jsonb
)
LANGUAGE plpgsql AS $$
DECLARE
    placed orders_order;
    alone constant boolean := (form->>'alone')::boolean;
BEGIN
    placed := orders_insert(form);
    IF form ? 'once' THEN
        PERFORM common_remember(form->'once', placed.number);
    END IF;
    IF alone THEN
        -- Foreign keys are looked up now, and not at the commit, when the hot rows are locked.
        SET CONSTRAINTS ALL IMMEDIATE;
        IF (form->>'commit_early')::boolean THEN
            SET LOCAL synchronous_commit = off;
        END IF;
    END IF;
    notes := orders_take_claims(placed, form->'claims', (form->>'quoted_at')::timestamptz);
    IF alone AND notes <> '{}' THEN
        PERFORM common_refuse('follow_up');
    END IF;
    order_id := placed.id;
    number := placed.number;
    platform_fee_bp := placed.platform_fee_bp;
END $$;

-- Everything of a new order that nobody else waits for: the order, its lines and what explains their price, what it
-- claims, what holds it, the first line of its timeline, its events.
CREATE OR REPLACE FUNCTION orders_insert(form jsonb) RETURNS orders_order
LANGUAGE plpgsql AS $$
DECLARE
    placed orders_order;
    line_ids bigint[];
BEGIN
    placed := jsonb_populate_record(NULL::orders_order, form->'order');
    placed.id := nextval('orders_order_id_seq');
    placed.number := document_number(form->>'prefix');
    -- The merchant's fee at this instant.
    SELECT merchant.platform_fee_bp INTO placed.platform_fee_bp
      FROM accounts_merchant AS merchant WHERE merchant.id = placed.merchant_id;
    INSERT INTO orders_order VALUES (placed.*);

    SELECT array_agg(nextval('orders_orderline_id_seq')) INTO line_ids FROM jsonb_array_elements(form->'lines');
    INSERT INTO orders_orderline
    SELECT filled.*
      FROM jsonb_array_elements(form->'lines') WITH ORDINALITY AS line (row, position)
     CROSS JOIN jsonb_populate_record(
         NULL::orders_orderline,
         line.row || jsonb_build_object('id', line_ids[line.position], 'order_id', placed.id)
     ) AS filled;

    INSERT INTO orders_priceline (order_id, line_id, position, code, amount_fen, funder, detail)
    SELECT placed.id, line_ids[step.item + 1], step.position, step.code, step.amount_fen, step.funder, step.detail
      FROM jsonb_to_recordset(form->'price_lines') AS step (
          item integer, position smallint, code text, amount_fen integer, funder text, detail jsonb
      );

    INSERT INTO orders_orderclaim (order_id, kind, key, quantity)
    SELECT placed.id, wanted->>'kind', claim.key, claim.quantity
      FROM jsonb_array_elements(form->'claims') AS wanted
     CROSS JOIN jsonb_to_recordset(wanted->'claims') AS claim (key text, quantity integer);

    INSERT INTO orders_hold (order_id, kind) SELECT placed.id, value FROM jsonb_array_elements_text(form->'holds');

    INSERT INTO common_transition (entity, object_id, from_state, to_state, reason, actor_id, at)
    VALUES ('orders.order', placed.id, '', placed.status, '', placed.buyer_id, placed.placed_at);

    INSERT INTO common_outboxevent (name, payload)
    SELECT event.name, event.payload || jsonb_build_object('order_id', placed.id)
      FROM jsonb_to_recordset(form->'events') AS event (name text, payload jsonb);

    RETURN placed;
END $$;
