-- Who owes the institution what it has covered: few, and looked for each morning.
CREATE INDEX ix_circle_due_covered ON circle_due (customer_id) WHERE covered > 0;
