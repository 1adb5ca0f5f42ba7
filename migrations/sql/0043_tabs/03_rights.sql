REVOKE DELETE ON tab, tab_item, bill_again FROM susu_app;
REVOKE UPDATE, DELETE ON tab_person FROM susu_app;
