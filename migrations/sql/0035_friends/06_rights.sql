REVOKE DELETE ON packet, packet_share, bill, bill_part, cause, gift FROM susu_app;
REVOKE UPDATE, DELETE ON packet_person, packet_place FROM susu_app;
