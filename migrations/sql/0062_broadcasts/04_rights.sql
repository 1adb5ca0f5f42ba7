REVOKE DELETE ON broadcast_run, broadcast_recipient, broadcast_count, broadcast_leaving FROM susu_app;
REVOKE UPDATE, DELETE ON broadcast_content FROM susu_app;
