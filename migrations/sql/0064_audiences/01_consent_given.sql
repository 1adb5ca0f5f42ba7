SET LOCAL statement_timeout = 0;  -- every line of consent that was ever written is read once

-- What people agree to now, of what is about no one thing: as the last line of each topic says, and kept by a trigger,
-- so that very many are asked for at once without reading every line that was ever written.
CREATE TABLE consent_given (
    topic varchar NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT pk_consent_given PRIMARY KEY (topic, customer_id)
);
REVOKE INSERT, UPDATE, DELETE ON consent_given FROM susu_app;

INSERT INTO consent_given (topic, customer_id)
SELECT topic, customer_id FROM (
    SELECT DISTINCT ON (customer_id, topic) customer_id, topic, given FROM consent WHERE about = ''
    ORDER BY customer_id, topic, id DESC) last
WHERE given;

-- Who writes lines of one topic of one person holds that person's row, so lines come one after the other.
CREATE FUNCTION consent_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.given THEN
        INSERT INTO consent_given (topic, customer_id) VALUES (NEW.topic, NEW.customer_id) ON CONFLICT DO NOTHING;
    ELSIF TG_OP = 'INSERT' THEN
        DELETE FROM consent_given WHERE topic = NEW.topic AND customer_id = NEW.customer_id;
    ELSE
        DELETE FROM consent_given WHERE topic = OLD.topic AND customer_id = OLD.customer_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER stands AFTER INSERT ON consent FOR EACH ROW WHEN (NEW.about = '') EXECUTE FUNCTION consent_stands();
-- Lines are taken away five years after the end alone, all of a person's at once.
CREATE TRIGGER stands_no_more AFTER DELETE ON consent FOR EACH ROW WHEN (OLD.about = '')
EXECUTE FUNCTION consent_stands();

-- Everybody who has joined, by what audiences are most often asked for: read instead of the wide rows themselves.
CREATE INDEX ix_customer_joined ON customer (zone, language, tier, id)
WHERE terms_accepted_at IS NOT NULL AND phone_hash IS NOT NULL AND pin_hash IS NOT NULL AND telegram_id > 0;

-- Whose a wallet's account is, read off the index alone: what is in the wallets of very many is asked for by audiences.
CREATE INDEX ix_account_wallet ON account (asset, owner) INCLUDE (id) WHERE code = '2010' AND book = 'INST';
