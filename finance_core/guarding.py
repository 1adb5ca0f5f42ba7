"""What decides about money and power is guarded: `susu verify` names what was changed behind the service's back.

Beside each row of these tables stands a digest of the columns that decide, written by a trigger for every role but a
superuser. Who changes a row as a superuser, with the triggers on or off, leaves a digest that does not fit; so does who
deletes a row or brings one in. What is not guarded is listed with its reason, and a test holds every column of every
table to one of the lists.

The digests have no secret key: who can write everything can write them anew too. Against that stands what operators
were told of each sealed day, and a backup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from finance_core.ledger.equations import Equation


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table's key, and the columns whose digest is kept: the key is among them."""

    key: Sequence[str]
    columns: Sequence[str]


def _guarded(key: str, columns: str) -> Guarded:
    return Guarded(key.split(), [*key.split(), *columns.split()])


GUARDED: Final[Mapping[str, Guarded]] = {
    "book": _guarded("id", "zone clock_offset live_until"),
    "calendar_year": _guarded("id", "year days applied_at"),
    "chart": _guarded("code", "name kind side owned_by floored client_money"),
    "product": _guarded("code version", "line terms valid_from applied_at"),
    # people and power
    "customer": _guarded(
        "id",
        "telegram_id chat_id username username_sealed username_hash name_sealed tier terms_version terms_accepted_at"
        " phone_sealed phone_hash"
        " adult_confirmed_at adult_denied_at monthly_income"
        " other_instalments pin_hash pin_failures pin_failing_since pin_locked_until outflow_locked_at created_at",
    ),
    "account_hold": _guarded("id", "customer_id why since outflow_until changes_until ended_at"),
    "recovery_code": _guarded("customer_id", "sealed made_at hidden_at"),
    "named_contact": _guarded("customer_id", "contact_id named_at agreed_at"),
    "pin_reset": _guarded(
        "id",
        "customer_id proof digits_sealed contact_id wrong state asked_at ends_at proved_at approved_at old_pin_sealed"
        " set_at ended_at",
    ),
    "account_move": _guarded(
        "id", "customer_id kind old_phone_sealed old_telegram_id other_id state made_at stopped_at"
    ),
    "identity_check": _guarded(
        "id",
        "customer_id kind number_sealed number_hash expires_on state submitted_at decided_by decided_at reason"
        " asked_again_at",
    ),
    "identity_picture": _guarded("id", "customer_id purpose token check_id reset_id taken_at"),
    "block": _guarded("blocker_id blocked_id", "blocked_at"),
    "account_freeze": _guarded("id", "customer_id reason_sealed frozen_by frozen_at lifted_by lifted_at approval_id"),
    "same_person": _guarded("customer_id other_id", "said_by said_at"),
    "customer_note": _guarded("id", "key customer_id author_id written_at sealed"),
    "consent": _guarded("id", "customer_id topic about given at wording wording_version language place"),
    "audience": _guarded("id", "name made_by made_at"),
    "audience_version": _guarded("id", "audience_id number question made_by made_at"),
    "account_closing": _guarded("id", "key customer_id asked_at due_at due_on state settled_at"),
    "operator_role": _guarded("id", "customer_id role granted_by granted_at revoked_by revoked_at"),
    "approval": _guarded(
        "id",
        "key action subject params why before after version state maker_id made_at due_at decided_by decided_at answer"
        " result",
    ),
    "audit_line": _guarded("id", "at actor_id act subject details"),
    "intent": _guarded("id", "token version customer_id chat_id action params state result created_at settled_at"),
    "assessment": _guarded("id", "customer_id questionnaire answers score risk_class taken_at taken_on valid_until"),
    "disclosure": _guarded(
        "id",
        "key customer_id product product_version risk assessment_id language text text_hash figures confirmed_at",
    ),
    "service_case": _guarded(
        "id",
        "key customer_id topic confidence kind language answered_sealed state opened_at due_at officer_id asked_at"
        " answered_at reopened_at closed_at",
    ),
    "case_message": _guarded("id", "case_id key author_id is_answer written_at sealed"),
    "case_event": _guarded("id", "case_id event actor_id at on_date is_late"),
    "desk_entry": _guarded(
        "id", "key kind customer_id subject permission opened_at due_at state settled_by settled_at"
    ),
    "absence": _guarded("id", "operator_id colleague_id from_at until_at ended_at"),
    "broadcast_run": _guarded(
        "id",
        "kind topic is_credit product_line starts_at ends_at rate is_paid stars_at_most holdout global_holdout variants"
        " maker_id checker_id",
    ),
    "broadcast_content": _guarded("run_id variant language", "text picture buttons"),
    # wallet
    "hold": _guarded("id", "account_id amount key created_at expires_at state ended_at entry_id"),
    "send": _guarded(
        "id",
        "token sender_id payee_id amount asset note note_sealed state sent_at sent_in delivers_at returns_at"
        " settled_at",
    ),
    "money_request": _guarded("id", "token asker_id payer_id amount asset note note_sealed state asked_at settled_at"),
    "outflow": _guarded("customer_id year", "amount"),
    # friends
    "packet": _guarded(
        "id",
        "token sender_id total asset shares kind audience words_sealed seed_sealed commitment state made_at sent_in"
        " ends_at over_at settled_at",
    ),
    "packet_share": _guarded("packet_id nr", "amount state claimant_id claimed_at settled_at"),
    "packet_person": _guarded("packet_id customer_id", "nr"),
    "packet_place": _guarded("packet_id place_id", "put_at"),
    "bill": _guarded("id", "token organiser_id total own asset title_sealed place_id state made_at made_on ended_at"),
    "tab": _guarded("id", "token organiser_id title_sealed asset state made_at ended_at bill_id"),
    "tab_person": _guarded("tab_id customer_id", "nr"),
    "tab_item": _guarded("id", "key tab_id payer_id amount note_sealed added_at removed_at"),
    "bill_part": _guarded("id", "bill_id nr payer_id payee_id amount paid state reason_sealed settled_at"),
    "cause": _guarded(
        "id",
        "token organiser_id asset title_sealed goal all_or_nothing shows_names place_id state made_at last_on ends_at"
        " ended_at thanks_sealed",
    ),
    "gift": _guarded("id", "key cause_id giver_id amount given_at sent_in returned_at"),
    # circles
    "circle": _guarded(
        "id",
        "token code kind organiser_id place_id asset title_sealed contribution places period first_due_on"
        " receiving_order members_pick commission_percent commission_to fine_percent kept_percent shortfall is_covered"
        " security security_amount needs_approval least_reliability product product_version state rounds is_paper"
        " previous_id confirm_until suspended_at made_at opened_at started_at ended_at",
    ),
    "circle_officer": _guarded("id", "circle_id role customer_id since until"),
    "circle_member": _guarded(
        "circle_id customer_id",
        "state places nickname_sealed nominee_sealed destination destination_id automatic_debit debit_from_change_plus"
        " shows_reliability marks_credit retention wanted_sealed asked_at joined_at agreed_rounds agreed_at"
        " suspended_at left_at",
    ),
    "circle_place": _guarded(
        "circle_id nr",
        "customer_id state turn pick_sealed passes_round received_round received_at held_since notice_on closed_at"
        " closed_why closed_round refund_round due_at_once_on",
    ),
    "circle_key": _guarded(
        "circle_id nr", "first_round last_round key_zero last_key_sealed picks_hash voided_at voided_why made_at"
    ),
    "circle_pick": _guarded("circle_id chain place", "customer_id pick"),
    "circle_bid": _guarded(
        "id", "key circle_id round place customer_id amount_sealed nonce_sealed seal made_at over_at amount nonce"
    ),
    "circle_swap": _guarded(
        "id", "token circle_id place customer_id turn other_place other_id other_turn state asked_at answered_at"
    ),
    "circle_guarantor": _guarded(
        "id", "circle_id place customer_id most called asked_at agreed_at refused_at freed_at"
    ),
    "circle_motion": _guarded("id", "token circle_id kind subject needs state opened_by opened_at ends_at settled_at"),
    "circle_ballot": _guarded("motion_id customer_id", "is_yes cast_at"),
    "circle_case": _guarded(
        "id",
        "key circle_id kind round customer_id about_id words_sealed holds_payout opened_at due_at decided_by decided_at"
        " decision reason_sealed",
    ),
    "circle_round": _guarded(
        "circle_id nr",
        "due_on first_due_on state receiver_place refunds_place is_history listed_at drawn_at chain key purpose bid"
        " prize commission held_by full_at paid_at",
    ),
    "circle_eligible": _guarded("circle_id round place", "is_tied"),
    "circle_due": _guarded("circle_id round place", "customer_id due_on amount fine is_late is_excused guarantors_on"),
    "circle_payout": _guarded("id", "key circle_id round place customer_id amount kind entry_id on_date paid_at"),
    "circle_pocket": _guarded("id", "circle_id place kind"),
    # savings circles that accumulate
    "circle_saving": _guarded("circle_id", "share_price most_shares social_amount fine_amount loan_rate meetings"),
    "circle_saver": _guarded("circle_id place", "customer_id standing shares paid paid_out left_at"),
    "circle_meeting": _guarded("circle_id nr", "held_on state closed_at closed_by has_quorum cash social"),
    "circle_presence": _guarded("circle_id meeting customer_id", "since"),
    "circle_saving_payment": _guarded(
        "id", "key circle_id meeting customer_id shares amount social fines entry_id on_date"
    ),
    "circle_fine": _guarded("id", "circle_id meeting customer_id why amount imposed_by imposed_at paid_at waived_at"),
    "circle_request": _guarded(
        "id",
        "token circle_id meeting kind customer_id amount months automatic_debit state asked_at"
        " settled_at reason entry_id words_sealed",
    ),
    "circle_request_vote": _guarded("request_id customer_id", "is_yes cast_at"),
    "circle_share_out": _guarded(
        "id", "circle_id state cash previewed_by previewed_at approved_by approved_at settled_at"
    ),
    "circle_share_part": _guarded(
        "share_out_id place", "customer_id shares entitled owed fines later paid_at entry_id"
    ),
    # loans
    "loan": _guarded(
        "id",
        "key customer_id product product_version product_number grade asset principal annual_rate penalty_rate"
        " grace_days all_in_rate count unit every automatic_debit debit_from_change_plus signed_at disbursed_on"
        " cooling_off_until state ended_on draw_until restructured_on",
    ),
    "instalment": _guarded("loan_id nr", "starts_on due_on principal interest fee"),
    "loan_application": _guarded(
        "id",
        "customer_id product product_version asset principal count unit refinances grade all_in_rate quoted facts"
        " credit_limit reasons concerns state asked_at referred_at decided_at decided_by approved_principal expires_at"
        " loan_id",
    ),
    "self_limit": _guarded(
        "id", "customer_id made_at made_on no_lending_until own_limit own_limit_on next_limit next_on"
    ),
    "kept_self_limit": _guarded("person_hash", "no_lending_until own_limit next_limit next_on no_loans kept_on"),
    "circle_loan_hold": _guarded("circle_id", "since"),
    "group_loan": _guarded(
        "id", "key circle_id opened_by product state opened_at expires_at settled_at principal count"
    ),
    "group_loan_line": _guarded(
        "group_loan_id nr", "customer_id application_id whole automatic_debit from_change_plus signed_at"
    ),
    "loan_contract": _guarded("loan_id", "language sealed sha256 signed_on"),
    "loan_handover": _guarded("id", "loan_id collector from_on until_on"),
    "loan_payment": _guarded(
        "id", "loan_id entry_id kind amount value_on on_date parts before loan_before ahead reversed_entry_id"
    ),
    "schedule_version": _guarded("loan_id version", "from_on reason lines"),
    "restructure_offer": _guarded("id", "loan_id customer_id params state offered_at expires_at settled_at"),
    "hardship_case": _guarded(
        "id",
        "key loan_id customer_id reason note_sealed can_pay proposal opened_on opened_at paused_until state officer_id"
        " approval_id closed_at",
    ),
    "promise": _guarded("id", "key loan_id amount paid_before made_on made_at due_on state ended_on"),
    "guarantee": _guarded(
        "id",
        "application_id loan_id customer_id share_nr share_of at_most state asked_at answered_at called called_through"
        " paid paid_back",
    ),
    # wealth
    "deposit": _guarded(
        "id",
        "key customer_id product product_version asset placed principal days annual_rate demand_rate opened_at"
        " opened_on matures_on rollover state part_taken_on paid_interest ended_on rolled_from",
    ),
    "plan": _guarded(
        "id",
        "key customer_id kind target asset amount every due_day starts_on next_on name name_sealed goal goal_on"
        " state"
        " made_at ended_on near_due",
    ),
    "fund": _guarded("id", "code asset unit_asset opened_on"),
    "fund_income": _guarded("fund_id on_date", "rate source published_at units income paid_on corrected_by"),
    "fund_order": _guarded(
        "id",
        "key fund_id customer_id kind amount cancelled state ordered_at ordered_on confirm_on queued_on settled_on",
    ),
    "income_correction": _guarded("id", "key fund_id on_date before rate undoes source ordered_at done_on"),
    "holding": _guarded("fund_id customer_id", "signed_at product_version units_account sweep_floor"),
    "nav_fund": _guarded("id", "code asset unit_asset opened_on"),
    "nav_price": _guarded("fund_id on_date version", "nav source published_at"),
    "nav_dividend": _guarded("fund_id ex_on", "per_unit declared_by declared_at paid_on"),
    "nav_suspension": _guarded("id", "fund_id from_at until_at reason suspended_by lifted_by"),
    "nav_holding": _guarded("fund_id customer_id", "signed_at product_version dividends"),
    "nav_order": _guarded(
        "id",
        "key fund_id to_fund_id customer_id kind amount product_version state ordered_at ordered_on priced_on"
        " confirm_on pays_on nav to_nav fee to_fee net units_in confirmed_on paid_on cancelled_on entry_id"
        " paid_entry_id",
    ),
    "nav_lot": _guarded("order_id", "fund_id customer_id since units units_left"),
    "nav_lot_use": _guarded("order_id lot_id", "units"),
    # offers
    "offer_picture": _guarded("id", "sha256 made_at"),
    "offer": _guarded("id", "token name kind topic product buttons picture_id made_by made_at"),
    "offer_text": _guarded("offer_id variant language", "html picture_words"),
    "broadcast": _guarded(
        "id",
        "token offer_id audience_id starts_at ends_at first_hour until_hour rate is_paid stars_most held_out_percent"
        " measure window_days state bound approval_id made_by made_at",
    ),
    "broadcast_message": _guarded("broadcast_id variant language", "html buttons"),
    "offer_tap": _guarded("id", "broadcast_id customer_id at variant way"),
}
"""Each table whose rows decide, with the columns that do."""

BY_EQUATIONS: Final[Mapping[str, str]] = {
    "account": "id compartment book code owner asset",
    "arrears": "loan_id since",
    "balance": "account_id sign amount held floor opening",
    "book": "open_on closing_on",
    "circle_due": "paid paid_at fine_paid covered",
    "circle_payment": "key circle_id round place payer_id contribution fine source entry_id on_date paid_at",
    "compartment": "id book asset",
    "consent_given": "topic customer_id",
    "entry": "id key kind business_date value_on about_on posted_at actor about reverses reference content_hash",
    "fund": "carry",
    "holding": "earned owed",
    "instalment": "late_interest penalty paid_principal paid_interest paid_penalty charged_fee late_fee paid_fee",
    "loan": "undrawn fee_deferred fee_earned capitalised overdue_since loan_class provision non_accrual_since"
    " suspended_principal suspended_interest suspended_fee suspended_penalty funding_circle",
    "nav_fund": "valued_nav",
    "packet": "opened",
    "rollup": "account_id business_date debits credits",
    "rollup_tail": "account_id business_date debits credits",
    "seal": "business_date entries previous head",
    "transfer": "entry_id debit_id credit_id amount",
}
"""What the equations of `verify` hold to the ledger's entries, or the entries' hashes and the seals to themselves."""

NOT_COVERED: Final[Mapping[str, Mapping[str, str]]] = {
    "what the service says and hears; what was done by it stands in the ledger": {
        "anchor": "*",
        "audience_count": "*",
        "bill_again": "*",
        "bill_draft": "*",
        "bill_draft_person": "*",
        "bill_photo": "*",
        "board": "*",
        "broadcast_count": "*",
        "broadcast_leaving": "*",
        "broadcast_picture": "*",
        "broadcast_recipient": "*",
        "broadcast_run": "state paused_why frozen_to frozen_at fed_to go_on_at next_slot_at idle_until moved_at"
        " watched_from watched_sent recent home ended_at recall recalled_to",
        "chat_call": "*",
        "contact": "*",
        "customer_activity": "*",
        "conversation": "*",
        "data_export": "*",
        "desk_owner": "*",
        "group_chat": "*",
        "group_chat_before": "*",
        "group_chat_joined": "*",
        "group_member": "*",
        "group_words": "*",
        "inbox": "*",
        "link_guess": "*",
        "loan_event": "*",
        "outbox": "*",
        "pacing": "*",
        "topic_count": "*",
        "broadcast": "why copied_from",
        "intent": "expires_at",
        "plan": "missed_on shown",
        "send": "told_at",
        "service_case": "remind_at",
    },
    "by what somebody is found: who is found is shown with their own name": {"name_word": "*"},
    "how somebody is spoken to": {
        "customer_tag": "*",
        "tag": "*",
        "circle": "language",
        "customer": "language zone discreet plain income_notice unreachable_since",
    },
    "where a day, a plan or a journey through time has come to": {
        "circle_round": "failed_at",
        "arrears": "from_on",
        "balance": "moved_on",
        "book": "travelling_until",
        "day_chunk": "*",
        "day_step": "*",
        "holding": "last_income last_on",
        "nav_fund": "valued_on",
        "plan": "saved swept_to",
        "plan_run": "*",
        "seal": "sealed_at",
        "account_closing": "listed_at",
    },
    "written each night: sums of them are held by equations, or each while its contract runs, but not every row": {
        "deposit": "accrued accrued_to",
        "holding": "carried",
        "instalment": "earned_before accrued_interest late_interest_exact penalty_exact late_until settled_on",
        "loan": "late_fee draws_left fee_ends_on",
    },
    "the order of rows that mean the same in any order": {
        "circle_payment": "id",
        "rollup_tail": "entry_id",
        "transfer": "position",
    },
    "large, and opens only as it was written": {"identity_picture": "sealed"},
    "large, and known by its guarded hash": {"offer_picture": "content"},
    "tried at each start: with another value nothing starts": {"secret_canary": "*"},
    "the digests themselves: a row whose digest is changed is named as if it had been": {"row_guard": "*"},
}
"""What nobody would be told of, by its reason. A star is every column of a table."""


def _digests(table: str, guarded: Guarded) -> str:
    key = " || '.' || ".join(f"{table}.{column}::text" for column in guarded.key)
    columns = ", ".join(f"'{column}'" for column in guarded.columns)
    return f"SELECT {key} AS row_key, row_digest({table}, ARRAY[{columns}]) AS digest FROM {table}"  # noqa: S608 - code


def _equation(table: str, guarded: Guarded) -> Equation:
    return Equation(
        f"{table}: each row is what the service wrote of it",
        f"""
        SELECT '{table}' AS changed, row_key,
            CASE WHEN found.digest IS NULL THEN 'is gone' WHEN kept.digest IS NULL THEN 'came from elsewhere'
            ELSE 'was changed' END AS what
        FROM ({_digests(table, guarded)}) found
        FULL JOIN (SELECT row_key, digest FROM row_guard WHERE of_table = '{table}') kept USING (row_key)
        WHERE found.digest IS DISTINCT FROM kept.digest
        """,  # noqa: S608 - made of the constants above
    )


_NO_CREDIT_LINES: Final = Equation(
    "balance: no account may go below zero",
    "SELECT account_id, floor FROM balance WHERE floor <> 0 ORDER BY account_id",
)

GUARDS: Final = (*(_equation(table, guarded) for table, guarded in GUARDED.items()), _NO_CREDIT_LINES)
"""An equation for each guarded table. They look at every row anew, so `verify` asks for them where a person does."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What `susu verify` would find of a change made to a table behind the service's back."""

    table: str
    guarded: Sequence[str]
    by_equations: Sequence[str]
    not_covered: Mapping[str, Sequence[str]]
    """Columns by the reason why nothing is said of them; `*` is all of them."""

    def __str__(self) -> str:
        said = [
            f"  {how}: {' '.join(columns)}"
            for how, columns in (("guarded", self.guarded), ("by equations", self.by_equations))
            if columns
        ]
        unsaid = [f"  NOT covered ({why}): {' '.join(columns)}" for why, columns in self.not_covered.items()]
        return "\n".join([self.table, *said, *unsaid])


def coverage() -> list[Coverage]:
    """Return what is covered of each table, by name."""
    open_ones = {table for tables in NOT_COVERED.values() for table in tables}
    return [
        Coverage(
            table,
            GUARDED[table].columns if table in GUARDED else (),
            BY_EQUATIONS.get(table, "").split(),
            {why: tables[table].split() for why, tables in NOT_COVERED.items() if table in tables},
        )
        for table in sorted({*GUARDED, *BY_EQUATIONS, *open_ones})
    ]
