REVOKE DELETE ON
    circle, circle_officer, circle_member, circle_place, circle_guarantor, circle_key, circle_bid, circle_swap,
    circle_motion, circle_case, circle_round, circle_due
FROM susu_app;
REVOKE UPDATE, DELETE ON
    circle_pick, circle_ballot, circle_eligible, circle_payment, circle_payout, circle_pocket
FROM susu_app;
