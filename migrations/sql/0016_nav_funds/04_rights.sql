REVOKE DELETE ON nav_fund, nav_holding, nav_dividend, nav_suspension, nav_order, nav_lot, nav_lot_use FROM susu_app;
REVOKE UPDATE, DELETE ON nav_price, assessment, disclosure FROM susu_app;
