REVOKE UPDATE, DELETE ON case_event FROM susu_app;
REVOKE DELETE ON desk_entry FROM susu_app;
REVOKE DELETE ON absence FROM susu_app;
-- Texts are forgotten once they are kept no longer (`cases.forget`).
GRANT DELETE ON case_message TO susu_app;
