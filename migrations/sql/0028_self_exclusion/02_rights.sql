REVOKE UPDATE, DELETE ON self_limit FROM susu_app;
