REVOKE DELETE ON fund, fund_income, fund_order, holding FROM susu_app;
