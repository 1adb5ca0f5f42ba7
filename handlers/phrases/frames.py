"""Which sequences of tags mean what: a table, read from top to bottom, the first frame that fits wins.

The order is the argument: refusals to act come before acts, questions before requests, verbs before bare nouns.
The number is how sure one may be when nothing else speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Intent = Literal[
    "borrow", "repay", "invest", "withdraw", "send", "request", "balance", "owe", "history", "topup", "statement",
    "settings", "help", "circle", "cancel", "out_of_scope",
]  # fmt: skip

MONEY_INTENTS: Final = frozenset({"borrow", "repay", "invest", "withdraw", "send", "request", "topup"})
"""Intents whose card moves money in the end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Any of `patterns` means `intent`, unless one of `but_not` occurs as well."""

    intent: Intent
    confidence: float
    patterns: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    hint: str | None = None


def _frame(intent: Intent, confidence: float, *patterns: str, but_not: tuple[str, ...] = (), hint: str | None = None) -> Frame:
    return Frame(intent, confidence, patterns, but_not, hint)


FRAMES: Final[tuple[Frame, ...]] = (
    # ── how Susu behaves ──
    _frame("settings", 0.95, "CHANGE ~ LANGUAGE|LANGNAME|PIN|NOTIFY|SETTINGS", "PIN|NOTIFY|LANGNAME OUT|CHANGE|BACK"),
    _frame("settings", 0.95, "^ $PADDING* LANGUAGE|LANGNAME|SETTINGS|PIN|NOTIFY $PADDING* $", "NEG ~ NOTIFY", "BA? PIN|NOTIFY|LANGNAME ~ CHANGE"),
    _frame("settings", 0.9, "WANT|CAN|IN|WITH ~ LANGNAME", "LANGUAGE ~ LANGNAME", "WHERE|CAN|HOW|WHAT|SHOW|JOIN ~ SETTINGS|LANGUAGE", "PIN ~ CHANGE"),
    # ── stopping ──
    _frame("cancel", 0.95, "^ $PADDING* NO* CANCEL", "NO ~ CANCEL", "CANCEL $PADDING* $", but_not=("CORRECTION ... SUM",)),
    _frame("cancel", 0.9, "^ $PADDING* NO $PADDING* $"),
    _frame("cancel", 0.9, "CANCEL|UNDO ~ $VERB|LOAN|HISTORY", but_not=("CORRECTION",)),
    _frame(
        "cancel", 0.85, "NEG $SOFT* $VERB|LOAN", "NO $SOFT* $VERB",
        but_not=("WHY", "IF", "HOWMUCH", "STILL ... HOWMUCH", "NEG ... CORRECTION|AND ... $VERB SUM", "^ FILL|AND|MY|DET|WO|GREET|STOP* THIRD|KIN", "WANT ~ NEG ~ NOTIFY"),
    ),
    # ── what Susu does not do ──
    _frame("out_of_scope", 0.95, "LEND", "BORROW|JIE GEI $PERSON", "JIE KIN|THIRD|WHO|X SUM", "JIE SUM|MONEY GEI $PERSON", "GEI $PERSON ~ JIE SUM", but_not=("LEND_ME",), hint="lend"),
    _frame("out_of_scope", 0.9, "BORROW|JIE|LOAN|LEND_ME|WITHDRAW|INVEST|TOPUP|REPAY ~ FROM KIN|THIRD|WHO", "BORROW|LOAN|LEND_ME ~ FROM MY|DET? $PERSON|BANK", "XIANG|FROM MY? $PERSON|BANK JIE|BORROW",
           "XIANG|FROM MY|WO? $PERSON|BANK $SOFT* JIE|BORROW",
           but_not=("REQUEST|SHOU|PAY_ME", "WITHDRAW|TAKE|MOVE|ADD|PUT ~ FROM BANK"), hint="lend"),
    _frame("out_of_scope", 0.9, "^ $SOFT* THIRD|KIN|X IS? OWES_ME", "OWES_ME",
           but_not=("ASK|XIANG|RANG ~ $PERSON", "SHOU|REQUEST"), hint="request"),
    _frame("out_of_scope", 0.85, "^ FILL|AND|MY|DET|WO|GREET|STOP|IS|ADVICE|CAN|WHO_Q|IF* THIRD|KIN WANT|CAN|IS|FILL|NEG|NOTYET|JIE* $VERB|BOUGHT|OWE|PAST|NONMONEY_VERB|PAY_ME",
           "WHO_Q ~ $VERB|BOUGHT", "^ FILL|AND|MY|DET|WO|GREET|STOP* THIRD|KIN FILL|IS* WANT|CAN ~ SUM|MONEY|LOAN", but_not=("WHO_Q ... CIRCLE|TURN", "SPEND", "KIN|THIRD SUM")),
    _frame("out_of_scope", 0.85, "^ FILL|AND|MY|DET|WO|I|GREET|STOP|X|THIRD|KIN|WHO|IS|WALLET|BANK|WHEN|NOTYET* BOUGHT", but_not=("HOWMUCH", "SHOW", "REPAY", "AGENT", "CANT", "MY LOAN")),
    _frame("out_of_scope", 0.9, "NONMONEY_VERB", but_not=("NOTE ... NONMONEY_VERB", "SUM ~ FOR|PURPOSE ... NONMONEY_VERB", "$VERB|LOAN ~ SUM ~ NONMONEY_VERB", "AGENT")),
    _frame("out_of_scope", 0.85, "JUST_BROWSE", but_not=("$VERB|GIVE ... SUM", "SUM ... $VERB|GIVE", "CHANGE")),
    _frame("out_of_scope", 0.85, "HOWMUCH|WHAT|HOW ~ FOREIGN", "FOREIGN ~ HOWMUCH|HOW", "ADVICE ~ FOREIGN", "OWE ~ FOREIGN", but_not=("$VERB SUM",)),
    # ── circles ──
    _frame("out_of_scope", 0.85, "HISTORY|BALANCE|CIRCLE|STATEMENT|RATE|LOAN OF DET|MY? X", "CIRCLE ~ OTHER", "X HISTORY|BALANCE|STATEMENT OF", but_not=("SUM",)),
    _frame("circle", 0.9, "CIRCLE", "JOIN ~ SUSU", "WHEN_Q|WHO_Q ~ TURN", "TURN ~ WHO_Q|WHEN_Q", "TURN", but_not=("SEND|GEI ~ WHO", "OF TURN", "CHANGE")),
    # ── trouble, questions about the service ──
    _frame("help", 0.9, "AGENT", but_not=("CANCEL|UNDO ~ MOVE", "$VERB|LOAN|LEND_ME ~ SUM")),
    _frame("help", 0.85, "CANT", "WHY", "LOANWORD|NOTYET|DEBT FILL* IF $PADDING* $", "WHAT PRODUCT|LOAN|CIRCLE X", "IF ~ PAY|REPAY|HUAN|NOTYET|DEBT|INSTALMENT|LOANWORD|PRODUCT|LOAN|INVEST|WITHDRAW|RATE|NEG", but_not=("BALANCE", "CIRCLE", "IF ~ CAN ~ JIE|BORROW|LOAN", "CANT ~ CAN ~ SUM")),
    _frame("help", 0.85, "HOWLONG", "ADVICE ~ $VERB|PRODUCT|LOAN|INVEST", "RISK", "WHAT|HOW ~ RATE", "RATE ~ WHAT|HOW|HOWMUCH", "HOWMUCH|IS|HAVE|WANT ~ RATE", "RATE ~ QM",
           but_not=("HOWMUCH ~ OWE",  "OWE ~ HOWLONG", "$VERB|LOAN ~ SUM", "FOREIGN")),
    _frame("help", 0.9, "^ $PADDING* HELP", "HELP $PADDING* $", but_not=("HELP ~ $VERB|LOAN|BALANCE|HISTORY|STATEMENT",)),
    _frame("help", 0.85, "WHAT FILL|IS|DET|OF|X* LOAN", "^ $PADDING* WHAT FILL|IS|DET|MY* PRODUCT|LOAN|CIRCLE $PADDING* $", "PRODUCT|LOAN|CIRCLE FILL|IS* WHAT $PADDING* $", "HOW FILL|DET|IS* PRODUCT|LOAN|CIRCLE|REPAY|WITHDRAW|CIRCLE $SOFT* X? $"),
    # ── papers and records ──
    _frame("statement", 0.9, "STATEMENT", but_not=("NOTE ... STATEMENT",)),
    # ── what is owed ──
    _frame("owe", 0.9, "HAVE|STILL HOWMUCH LOAN|DEBT", "LOAN ~ HAVE|STILL|IS ~ HOWMUCH", "BALANCE|DEBT ~ LOAN", "LOAN ~ BALANCE", "HOWMUCH ~ PAYMENTS ~ HAVE", "HOWMUCH ~ HAVE ~ PAYMENTS", "HOWMUCH ~ INSTALMENT ~ HAVE", "HOWMUCH ~ HAVE ~ INSTALMENT", but_not=("BORROW|JIE", "$VERB|LOAN ... SUM", "SETTLE|REPAY|HUAN ... LOAN|DEBT")),
    _frame(
        "owe", 0.9, "HOWMUCH ~ $DEBT", "$DEBT ~ HOWMUCH", "HOWMUCH ~ PAY|REPAY|HUAN|SETTLE", "REPAY|HUAN ~ HOWMUCH", "WHEN_Q ~ PAY|REPAY|HUAN|$DEBT", "$DEBT|REPAY|HUAN|PAY ~ WHEN_Q",
        "STILL ~ HOWMUCH ~ NOTYET",
        but_not=("HOWMUCH ~ BORROW|JIE", "BORROW|JIE ~ HOWMUCH", "WITHDRAW", "PAY_ME", "SPEND", "HOWMUCH FILL|I|WO|CAN|IS|DET|OF|YOU|WANT* LOAN", "LOAN CAN HOWMUCH", "WALLET ~ HAVE ~ HOWMUCH", "HAVE HOWMUCH", "$VERB SUM"),
    ),
    _frame("owe", 0.85, "SHOW|HAVE|WHAT|IS|AM ~ DEBT|OWE|INSTALMENT|LOANWORD", "LOANWORD|OWE|DEBT ~ SHOW", "OWE", "LOANWORD", "$PADDING* DEBT|INSTALMENT $PADDING* QM",
           "SHOW MY|WO|FILL* LOAN", "WHAT ~ LOANWORD", "WHAT|HOWMUCH|WHEN_Q|IS|HAVE|SHOW ~ DUE",  "^ $PADDING* DEBT $PADDING* $",
           but_not=("PAY|REPAY|SETTLE|HUAN ... $DEBT", "BA ... HUAN|REPAY", "BORROW|JIE ... SUM", "$DEBT ... REPAY|SETTLE", "SEND|MOVE|GIVE ... SUM", "LOAN ... SUM")),
    # ── asking somebody for money ──
    _frame("request", 0.9, "ASK|XIANG|RANG|REQUEST ~ PAY_ME|OWES_ME", "REQUEST ~ SUM|MONEY|$PERSON", "REQUEST $PADDING* $", "ASK $PERSON ~ FOR ~ SUM|MONEY", "XIANG|RANG ~ SHOU",
           "SHOU $PERSON SUM", "$PERSON PAY_ME ~ SUM", "OWES_ME ... REQUEST|SHOU", "SHOU SUM ~ FROM $PERSON", "SHOU FILL* MONEY|SUM ~ FROM $PERSON", "XIANG|RANG $PERSON ~ REQUEST", "TAKE ~ SUM ~ FROM WHO|KIN", "REQUEST",
           "SHOU WHO", "BILL WHO|KIN|X SUM", "TAKE ~ SUM ~ FROM X", "WANT ~ SUM ~ FROM WHO|KIN|X", "ASK WHO|KIN|THIRD|X ~ TO? PAY|SEND|MOVE SUM", "RANG WHO|KIN|THIRD|X PAY|MOVE|SEND|FA SUM", "OWES_ME ... ASK ~ $PERSON",
           but_not=("REQUEST ~ FOREIGN|NONMONEY_VERB", "REQUEST ~ LOAN|WITHDRAW", "XIANG ~ SEND|MOVE ~ SUM $", "XIANG $PERSON PAY|MOVE|SEND", "REQUEST FOREIGN|DET X")),
    # ── borrowing ──
    _frame("borrow", 0.95, "LEND_ME", "BORROW", "JIE FILL|ASPECT|DET|ME|WO|WANT|ALL* SUM|MONEY|LOAN|TERM|HOWMUCH", "CAN|WANT ~ JIE $PADDING* $", "SUM ~ JIE $PADDING* $", "HOWMUCH ~ JIE", "IN TERM ~ JIE", "^ JIE $"),
    # ── repaying ──
    _frame("repay", 0.95, "REPAY", "HUAN FILL|ASPECT|DET|ALL|ME|GEI|YOU|WHEN* SUM|MONEY|LOAN|DEBT|INSTALMENT|TERM|OTHER|OWE|LOANWORD", "$DEBT|ALL|MONEY ~ HUAN",
           "PAY|SETTLE|TAKE|PUT|MOVE|SEND|ADD ~ $DEBT|BORROW", "$DEBT ~ PAY|SETTLE", "WANT|CAN|FILL HUAN $PADDING* $", "SUM ~ HUAN $PADDING* $", "SETTLE ~ ALL", "SUM OUT|TO|INTO MY|DET|WO* $DEBT", "^ HUAN $", "HUAN ALL",
           but_not=("GEI ~ REPAY", "SUM ~ LOAN ... REPAY|HUAN", "LOAN SUM ... REPAY|HUAN",  "REPAY NONMONEY_VERB", "REPAY|HUAN GEI? WHO|KIN|X SUM", "REPAY GEI? WHO", "HUAN|REPAY ~ GEI WHO|KIN|X", "TAKE ~ LOAN", "LOAN ~ PAY FOR")),
    _frame("borrow", 0.9, "WANT|CAN|TAKE|HAVE|GIVE_ME|GIVE|REQUEST|IN|FILL ~ LOAN", "SUM ~ LOAN", "LOAN ~ SUM|TERM", "^ $PADDING* LOAN $PADDING* $", "LOAN", "WANT ~ MONEY ~ PURPOSE", "WANT MONEY FILL* $", "TOPUP MY? LOAN", "WANT FILL|DET|SUM* MONEY $PADDING* $",
           but_not=("FROM PRODUCT|WALLET", "SEND|MOVE ~ MONEY", "BACK", "OUT")),
    # ── taking out ──
    _frame("withdraw", 0.9, "WITHDRAW", "TAKE|GIVE_ME|WANT ~ OUT|BACK|FROM PRODUCT", "TAKE|GIVE_ME ~ OUT|BACK|FROM", "GIVE_ME|WANT ~ PRODUCT|MONEY BACK", "QU FILL|ASPECT|ALL|DET* SUM|MONEY|ALL", "SUM|MONEY|ALL ~ QU", "MOVE|PUT|SEND|PAY ~ FROM PRODUCT", "MOVE|SEND|PUT|PAY ~ TO|INTO|IN MY|DET|WO? BANK",
           "MOVE|PUT|SEND SUM|MONEY|ALL|IT? BACK", "FROM PRODUCT ~ TO|OUT|MOVE|INTO", "MOVE ~ BACK", "PRODUCT ~ INTO? ~ MOVE OUT", "MOVE ~ OUT $", "MONEY|SUM OUT FROM? PRODUCT", "TAKE|MONEY SUM|ALL|IT OUT", "PRODUCT ~ TO MY? WALLET", "WANT ~ FROM PRODUCT",
           "BA? PRODUCT ~ QU", "MOVE BANK", "PRODUCT ~ MOVE TO WALLET|BANK", "MOVE FILL|SUM* TO WALLET",
           but_not=("FROM BANK|WALLET TO|INTO MY? PRODUCT|WALLET", "FROM WALLET ~ PRODUCT", "TAKE ~ FROM $PERSON $", "FROM ~ BANK ~ PRODUCT|WALLET", "TO|GEI WHO|KIN", "MOVE|SEND ~ FROM PRODUCT TO KIN|X")),
    # ── adding money ──
    _frame("topup", 0.95, "TOPUP", "ADD|PUT|MOVE|SAVE|CUN|TOU|SEND ~ TO|INTO|IN|ONTO MY|DET|WO|FILL* WALLET", "TO WALLET INTO? ~ CUN|MOVE|CHONG|TOU|SAVE|FA|INVEST", "CHONG FILL|ASPECT|GEI|WALLET|DET* SUM|MONEY", "MOVE_IN SUM|MONEY? $", "MOVE_IN WALLET", "ADD SUM TO|INTO? WALLET", "GEI|BA|FOR WALLET ~ CHONG|ADD|CUN",
           "SUM ~ CHONG", "FROM BANK TO|INTO MY|DET? WALLET", "MOVE ~ FROM BANK", "WALLET CHONG", "FROM ~ BANK ~ MOVE|CHONG|CUN|TOU ~ TO WALLET", "INVEST TO? WALLET", "ADD ~ TO MY|DET? BALANCE",
           but_not=("FROM PRODUCT", "TO|INTO|IN PRODUCT", "FROM WALLET", "TOPUP MY|DET? PRODUCT")),
    # ── putting in ──
    _frame("invest", 0.9, "PUT|MOVE|MOVE_IN|ADD|BUY|CUN|TOU|SAVE|SEND|INVEST|TOPUP|CHONG|PAY|FA|BA|SUM ~ PRODUCT", "PRODUCT ~ PUT|MOVE|ADD|BUY|CUN|TOU|SAVE|INVEST|CHONG", "PRODUCT ~ SUM", "CUN FILL|ASPECT|DET|ALL* SUM|MONEY|ALL|TERM",
           "SAVE FILL|DET|ALL|ME|MY|SUM* SUM|MONEY|ALL", "SUM ~ CUN|TOU", "TOU FILL|ASPECT|DET* SUM|MONEY", "INVEST", "HAVE|SHOW|JOIN|WANT|CHANGE ~ PRODUCT", "^ $PADDING* SAVE $PADDING* $", "WANT|CAN ~ SAVE $", "CAN ~ SAVE FOR",
           but_not=("FROM PRODUCT", "HOWMUCH", "WITHDRAW|TAKE|QU", "OUT MY? PRODUCT", "SEND|MOVE ~ TO|GEI WHO|KIN", "SHOW ~ PRODUCT $", "FROM MY PRODUCT", "PRODUCT|MONEY BACK")),
    _frame("topup", 0.65, "ADD FILL|DET|ME* SUM|MONEY", "ADD $PADDING* $"),
    # ── what there is ──
    _frame("history", 0.85, "HISTORY", "ENTRIES", "SHOW|WHAT|HISTORY ~ PAYMENTS", "MY|DET|WHEN PAYMENTS", "SPEND", "WHERE ~ MONEY", "WHO_Q ~ PAY|SEND|MOVE", "WHAT ~ PAY|SEND|BUY|BOUGHT|SPEND", "MONEY ~ WHERE", but_not=("SEND|MOVE|GIVE ... SUM ... $PERSON", "$PERSON ... SUM ... MOVE", "GEI WHO")),
    _frame("balance", 0.9, "BALANCE", "HOWMUCH ~ HAVE|WALLET|PRODUCT|MONEY", "HAVE ~ HOWMUCH", "WALLET|PRODUCT|MONEY ~ HOWMUCH|HAVE", "WHAT ~ HAVE|WALLET|PRODUCT", "SHOW ~ WALLET|PRODUCT|MONEY", "^ $PADDING* WALLET $PADDING* $", "HAVE ~ MONEY ~ QM",
           "IS ~ HAVE ~ MONEY", "MONEY ~ IN WALLET", "WALLET ~ WHAT|HOW", "HOW ~ WALLET|PRODUCT", "HAVE ~ MONEY ~ IN WALLET|PRODUCT",
           but_not=("$VERB SUM", "FOREIGN", "WHO|KIN ~ SUM", "HOWMUCH ~ SEND|MOVE|PAY")),
    # ── sending ──
    _frame("send", 0.95, "REPAY|HUAN GEI? WHO|KIN|X SUM", "REPAY GEI? WHO", "HUAN|REPAY ~ SUM|MONEY GEI WHO|KIN|X", "SUM|MONEY HUAN GEI WHO|KIN|X", "OWE WHO|KIN|X SUM ~ PAY|SEND|MOVE", "SEND|MOVE|PAY|GIVE|FA|GEI|PUT ~ WHO|KIN ~ SUM", "SEND|MOVE|PAY|GIVE|FA|QU ~ SUM|MONEY ~ TO|GEI|INTO ~ $PERSON", "SUM|MONEY ~ TO|GEI WHO|KIN", "GEI ~ SEND|MOVE|PAY|FA ~ SUM|MONEY",
           "GEI $PERSON ~ SUM", "GEI SUM $PERSON", "XIANG $PERSON ~ SEND|MOVE|PAY", "SEND|MOVE|PAY|GIVE|FA DET|MY? $PERSON ~ SUM|MONEY", "SEND|MOVE|PAY|FA TO|GEI ~ $PERSON ~ SUM", "BA? SUM ~ MOVE|SEND|FA ~ GEI? $PERSON", "SUM ~ SEND $PERSON",
           "SEND|MOVE SUM GIVE $PERSON", "GEI $PERSON ~ MOVE|SEND", "GEI $PERSON FA MONEY", "MOVE|SEND ~ $PERSON SUM"),
    _frame("send", 0.8, "SEND|MOVE|PAY|GIVE|FA ~ TO? WHO|KIN|THIRD", "SEND|MOVE FILL|DET|ME* SUM|MONEY", "WANT|CAN ~ SEND|MOVE $PADDING* $", "^ $PADDING* SEND|MOVE $PADDING* $", "SEND|MOVE TO|GEI $PERSON", "PAY DET? THIRD", "MOVE ~ SUM", "CAN|HOW ~ MOVE|SEND ~ TO", "WHO ~ SUM ~ SEND|MOVE|PAY|GIVE", "GIVE $PERSON SUM", "SEND|PAY|GIVE ~ SUM ~ $PERSON"),
    _frame("send", 0.72, "WHO SUM", "WHO X SUM", "SUM WHO", "TO|GEI WHO"),
    # ── bare remains ──
    _frame("repay", 0.65, "PAY FILL|MY|DET|ME|WHEN* SUM", "WANT|CAN|I|WO ~ PAY $PADDING* WHEN? $PADDING* $", "^ $PADDING* PAY $PADDING* $", "WANT ~ PAY IN? WHEN", "PAY ~ IN? WHEN $", "SETTLE ~ SUM", "DEBT|INSTALMENT"),
    _frame("borrow", 0.6, "SUM IN|FOR|STOP? TERM", "WANT SUM IN|FOR|STOP? TERM", "WANT FILL|DET* SUM", "WANT MONEY"),
    _frame("settings", 0.8, "SETTINGS"),
    _frame("help", 0.7, "^ $PADDING* LOAN|PRODUCT|FOR|OF|IN|REPAY|BORROW|INVEST* RATE ~ $",  "^ $PADDING* GREET $PADDING* $", "HOW ~ $VERB", "HELP"),
    _frame("invest", 0.6, "^ $PADDING* PRODUCT $PADDING* $"),
)
