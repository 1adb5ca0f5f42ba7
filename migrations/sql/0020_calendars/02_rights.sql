REVOKE UPDATE, DELETE ON calendar_year FROM susu_app;
