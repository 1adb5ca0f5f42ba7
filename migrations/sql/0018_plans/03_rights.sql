REVOKE DELETE ON plan FROM susu_app;
REVOKE UPDATE, DELETE ON plan_run FROM susu_app;
