-- Income is told once a week unless somebody asks for each morning. Every morning was what everybody had without asking.
ALTER TABLE customer ALTER COLUMN income_notice SET DEFAULT 'weekly';
UPDATE customer SET income_notice = 'weekly' WHERE income_notice = 'daily';
