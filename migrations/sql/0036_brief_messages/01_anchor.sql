-- What goes from its chat within the hour is looked for each minute, among all cards that are shown anywhere.
CREATE INDEX ix_anchor_brief ON anchor (name) WHERE starts_with(name, 'brief:');
