REVOKE UPDATE, DELETE ON customer_note, same_person FROM susu_app;
REVOKE DELETE ON account_freeze FROM susu_app;
