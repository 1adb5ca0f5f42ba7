"""All lines of the chat, in the order in which their readers and routers are asked. A new line is one entry here.

The desk's steps come before joining, where a contact may be shared in any state; questions too, as a link may
ask one. *home* is last, as its routers take what nobody else did.
"""

from __future__ import annotations

from handlers.account.line import ACCOUNT
from handlers.chat.line import ChatLine, Vocabulary, vocabulary_of
from handlers.circles.line import CIRCLES
from handlers.desk.line import DESK
from handlers.friends.line import FRIENDS
from handlers.funds.line import FUNDS
from handlers.groups.line import GROUPS
from handlers.home.line import HOME
from handlers.joining.line import JOINING
from handlers.loans.line import LOANS
from handlers.offers.line import OFFERS
from handlers.privacy.line import PRIVACY
from handlers.savings.line import SAVINGS
from handlers.topics.line import TOPICS
from handlers.wallet.line import WALLET

LINES: tuple[ChatLine, ...] = (
    GROUPS,
    WALLET,
    FRIENDS,
    CIRCLES,
    LOANS,
    DESK,
    SAVINGS,
    FUNDS,
    TOPICS,
    ACCOUNT,
    PRIVACY,
    OFFERS,
    JOINING,
    HOME,
)


def vocabulary() -> Vocabulary:
    """Return what all lines say together."""
    return vocabulary_of(LINES)
