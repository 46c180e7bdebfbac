-- Say no: everything this statement has written is undone. `common.calls` turns it into the Refusal of that code, with
-- these parameters.
CREATE OR REPLACE FUNCTION common_refuse(code text, params jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'GB001', MESSAGE = code, DETAIL = params::text;
END $$;
