"""Invoices, and the bot's last word before money goes."""

from __future__ import annotations

import re

from aiogram.methods import AnswerPreCheckoutQuery, SendInvoice

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.common import hand_over, markup_of, open_chat
from bot.sandbox.methods.messages import TOO_OLD
from bot.sandbox.methods.registry import serves
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

LONGEST_PAYLOAD_BYTES = 128
LONGEST_TITLE = 32
LONGEST_DESCRIPTION = 255
_CURRENCY = re.compile(r"[A-Z]{3}")


@serves(SendInvoice)
def send_invoice(telegram: TelegramState, call: SendInvoice) -> Json:
    """Send an invoice. Without a keyboard it gets a button that pays."""
    open_chat(telegram, call.chat_id)
    _check(call)
    total = sum(price.amount for price in call.prices)
    shown = {"title": call.title, "description": call.description, "start_parameter": call.start_parameter or ""}
    content = {"invoice": shown | {"currency": call.currency, "total_amount": total}}
    markup = markup_of(call.reply_markup) or _pay_button(call.currency, total)
    message = hand_over(telegram, call, content, markup=markup, secret={"payload": call.payload})
    return telegram.message_json(message)


def _check(call: SendInvoice) -> None:
    if not 1 <= len(call.title) <= LONGEST_TITLE:
        raise bad_request("INVOICE_TITLE_INVALID" if call.title else "title is empty")
    if not 1 <= len(call.description) <= LONGEST_DESCRIPTION:
        raise bad_request("INVOICE_DESCRIPTION_INVALID" if call.description else "description is empty")
    if not 1 <= len(call.payload.encode()) <= LONGEST_PAYLOAD_BYTES:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if not _CURRENCY.fullmatch(call.currency):
        raise bad_request("CURRENCY_INVALID")
    if not call.prices or sum(price.amount for price in call.prices) <= 0:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    if call.currency == "XTR" and len(call.prices) != 1:
        raise bad_request("STARS_INVOICE_INVALID")
    if call.currency != "XTR" and not call.provider_token:
        raise bad_request("PAYMENT_PROVIDER_INVALID")


def _pay_button(currency: str, total: int) -> Json:
    price = f"⭐{total}" if currency == "XTR" else f"{total / 100:.2f} {currency}"
    return {"inline_keyboard": [[{"text": f"Pay {price}", "pay": True}]]}


@serves(AnswerPreCheckoutQuery)
def answer_pre_checkout_query(telegram: TelegramState, call: AnswerPreCheckoutQuery) -> bool:
    """Say whether the money may go, once, within ten seconds."""
    if not call.ok and not call.error_message:
        raise bad_request("error message must be non-empty")
    question = telegram.questions.take("checkout", call.pre_checkout_query_id)
    if question is None:
        raise bad_request(TOO_OLD)
    question.answer.set_result({"ok": True} if call.ok else {"ok": False, "error": call.error_message})
    return True
