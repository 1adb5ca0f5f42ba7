REVOKE DELETE ON service_case FROM susu_app;
REVOKE UPDATE, DELETE ON case_message FROM susu_app;
