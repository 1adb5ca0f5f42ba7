-- Which message shows a card in the chat of somebody who is erased: the table is the bot's, which the core does not know.
CREATE FUNCTION anchors_of_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM anchor WHERE chat_id = OLD.chat_id;
    RETURN NULL;
END $$;

CREATE TRIGGER anchors_of_erased AFTER UPDATE OF telegram_id ON customer
FOR EACH ROW WHEN (NEW.telegram_id < 0 AND OLD.telegram_id > 0) EXECUTE FUNCTION anchors_of_erased();
