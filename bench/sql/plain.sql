-- The least that joining could be, on tables of its own: what the placing call is measured against. One call writes
-- order, line, payment and outbox, and takes what is scarce by two guarded updates, the hot rows last.
CREATE TABLE plain_sku (
    id bigint PRIMARY KEY,
    stock integer NOT NULL CHECK (stock >= 0)
) WITH (fillfactor = 10);

CREATE TABLE plain_campaign (
    id bigint PRIMARY KEY,
    sku_id bigint NOT NULL REFERENCES plain_sku,
    is_open boolean NOT NULL,
    ends_at timestamptz NOT NULL,
    price_fen integer NOT NULL,
    participants integer NOT NULL DEFAULT 0,
    most_participants integer NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE plain_order (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES plain_campaign,
    buyer_id bigint NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    total_fen integer NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON plain_order (buyer_id);

CREATE TABLE plain_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES plain_order,
    sku_id bigint NOT NULL REFERENCES plain_sku,
    quantity integer NOT NULL,
    price_fen integer NOT NULL
);
CREATE INDEX ON plain_line (order_id);

CREATE TABLE plain_payment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL UNIQUE REFERENCES plain_order,
    status text NOT NULL DEFAULT 'pending',
    amount_fen integer NOT NULL
);

CREATE TABLE plain_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    payload jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION plain_join(campaign bigint, buyer bigint, wanted integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    offer plain_campaign;
    placed bigint;
BEGIN
    SELECT * INTO offer FROM plain_campaign WHERE id = campaign;
    IF NOT offer.is_open OR offer.ends_at <= now() THEN
        RAISE EXCEPTION 'closed';
    END IF;
    INSERT INTO plain_order (campaign_id, buyer_id, total_fen)
    VALUES (campaign, buyer, offer.price_fen * wanted) RETURNING id INTO placed;
    INSERT INTO plain_line (order_id, sku_id, quantity, price_fen)
    VALUES (placed, offer.sku_id, wanted, offer.price_fen);
    INSERT INTO plain_payment (order_id, amount_fen) VALUES (placed, offer.price_fen * wanted);
    INSERT INTO plain_outbox (name, payload) VALUES ('joined', jsonb_build_object('order_id', placed));
    UPDATE plain_sku SET stock = stock - wanted WHERE id = offer.sku_id AND stock >= wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'sold out';
    END IF;
    UPDATE plain_campaign SET participants = participants + 1
     WHERE id = campaign AND participants < most_participants;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'full';
    END IF;
    RETURN placed;
END $$;

-- Empty tables would leave every connection with plans for empty tables.
INSERT INTO plain_sku VALUES (1, 980000);
INSERT INTO plain_campaign VALUES (1, 1, true, now() + interval '1 day', 2990, 20000, 1000000);
INSERT INTO plain_order (campaign_id, buyer_id, total_fen) SELECT 1, buyer, 2990 FROM generate_series(1, 20000) AS buyer;
INSERT INTO plain_line (order_id, sku_id, quantity, price_fen) SELECT id, 1, 1, 2990 FROM plain_order;
INSERT INTO plain_payment (order_id, amount_fen) SELECT id, 2990 FROM plain_order;
INSERT INTO plain_outbox (name, payload) SELECT 'joined', jsonb_build_object('order_id', id) FROM plain_order;

VACUUM ANALYZE plain_sku, plain_campaign, plain_order, plain_line, plain_payment, plain_outbox;
