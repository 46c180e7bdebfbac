-- Keep a request's key with its answer, in the statement that does what was asked for: whoever brings the same key waits
-- for the first to finish. The document's number stands where the answer first says {number}:
-- what people wrote comes after it, and may say so too.
CREATE OR REPLACE FUNCTION common_remember(request jsonb, document text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO common_idempotencykey (actor_id, endpoint, key, request_hash, answer_status, answer)
    VALUES ((request->>'actor_id')::bigint, request->>'endpoint', request->>'key', request->>'request_hash',
            (request->>'answer_status')::smallint, regexp_replace(request->>'answer', '\{number\}', document))
    ON CONFLICT (actor_id, endpoint, key) DO NOTHING;
    IF NOT FOUND THEN
        PERFORM common_refuse('repeated');
    END IF;
END $$;
