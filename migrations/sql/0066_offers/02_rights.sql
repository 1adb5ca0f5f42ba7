REVOKE DELETE ON offer, offer_picture, broadcast FROM susu_app;
REVOKE UPDATE ON offer_picture, offer_tap FROM susu_app;
