"""Bills as a group sees them: being put together, then who has paid. What is left of whose part is told in private."""

from __future__ import annotations

from finance_core.friends.boards import BillBoard, DraftBoard
from finance_core.friends.models import BillState, DraftState
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.friends.screens.bills import title_line
from handlers.locales import Html, Translator


def how(t: Translator) -> Screen:
    """Say how a bill is split in a group."""
    return Screen(t("friends.split_how"))


def join_first(t: Translator, link: str) -> Screen:
    """Who has not joined Susu splits no bill; the link leads there."""
    return Screen(t("error.join_first"), ((Button(t("common.open_private"), url=link),),))


def begun(t: Translator, group: str) -> Screen:
    """A bill that was begun from private appears in its group."""
    return Screen(t("friends.appears_in_group", group=group), (menu_row(t),))


def waits(t: Translator, name: str, total: Money) -> Screen:
    """A bill that somebody is let into once they have joined; `name` is its organiser's."""
    return Screen(lines(t("friends.draft", name=name, amount=total), t("friends.join_to_be_in")))


def joined(t: Translator, name: str, total: Money) -> Screen:
    """Somebody is in a bill, from private."""
    said = lines(t("friends.draft", name=name, amount=total), t("friends.you_are_in"))
    return Screen(said, (menu_row(t),))


def draft(t: Translator, board: DraftBoard) -> Screen:
    """A bill that is being put together: who is in, and what each would pay."""
    if board.state != DraftState.OPEN:
        key = "friends.draft_expired" if board.state == DraftState.EXPIRED else "friends.draft_dropped"
        return Screen(lines(t(key, name=board.organiser, amount=board.total), title_line(t, board.title)))
    paid = [f"{each.name} {t.money(each.amount)}" for each in board.paid]
    said = lines(
        t("friends.draft", name=board.organiser, amount=board.total),
        title_line(t, board.title),
        t("friends.draft_paid", paid=t.listed(paid)) if paid else None,
        "",
        *_borne(t, board),
        t("friends.draft_nobodys", amount=board.nobodys) if board.nobodys and board.people else None,
    )
    mine = (
        Button(t("friends.join_bill"), f"joinbill:{board.token}"),
        Button(t("friends.leave_bill"), f"leavebill:{board.token}"),
    )
    organisers = (
        Button(t("friends.ask_bill"), f"askbill:{board.token}"),
        Button(t("friends.drop_bill"), f"dropbill:{board.token}"),
    )
    return Screen(said, (mine, organisers))


def _borne(t: Translator, board: DraftBoard) -> list[Html]:
    """Return who bears what: who bears the same stands in one line."""
    if not board.people:
        return [t("friends.draft_nobody")]
    amounts = list(dict.fromkeys(each.amount for each in board.people))
    if len(amounts) == 1:
        everybody = t("friends.draft_in", names=t.listed([each.name for each in board.people]))
        is_shared = len(board.people) > 1 or board.nobodys or amounts[0] != board.total
        return [everybody, *([t("friends.draft_each", amount=amounts[0])] if is_shared else [])]
    return [
        t("friends.draft_bears", amount=amount, names=t.listed([it.name for it in board.people if it.amount == amount]))
        for amount in amounts
    ]


def bill(t: Translator, board: BillBoard) -> Screen:
    """A bill that was asked for: who has paid, and who is waited for."""
    said = lines(
        t(f"friends.bill_board_{board.state}", name=board.organiser, amount=board.total),
        title_line(t, board.title),
        t("friends.draft_each", amount=board.each) if board.each is not None else None,
        "",
        *(_part(t, name, state) for name, state in board.parts),
    )
    if board.state != BillState.OPEN:
        return Screen(said)
    return Screen(said, ((Button(t("friends.pay_my_part"), f"mypart:{board.token}"),),))


def _part(t: Translator, name: str, state: str) -> Html:
    """Return how somebody's part stands. A refusal looks like waiting: it is the organiser's to know, and is told."""
    return t(f"friends.board_part_{state}", name=name)
