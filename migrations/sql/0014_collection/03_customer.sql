ALTER TABLE customer ADD CONSTRAINT ck_customer_private_chat CHECK (chat_id > 0);
