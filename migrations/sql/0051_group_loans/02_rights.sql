REVOKE DELETE ON group_loan, group_loan_line FROM susu_app;
