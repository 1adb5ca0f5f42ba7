REVOKE UPDATE ON circle_loan_hold FROM susu_app;
