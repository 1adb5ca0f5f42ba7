/** One message as a list item. Knows how a message looks, not where it stands or where it came from. */

import { avatar, el, icon, tint } from "./dom.js";
import { notice, t } from "./i18n.js";
import { readLink } from "./links.js";
import { renderHtml, renderText } from "./render.js";
import { hour, instant } from "./time.js";

/**
 * Build the item of `message`. `view` says how it is seen: `{personId, inGroup, find(messageId)}`;
 * `actions` answer to it: `{tap, follow, command, enlarge, replyTo, more, switchInline}`.
 */
export function bubble(message, view, actions) {
  if (message.notice) return el("li", { class: "service", data: { id: message.message_id, sender: "" } }, el("span", { dir: "auto" }, notice(message.notice)));
  const side = sideOf(message, view);
  const item = el("li", { class: `message ${side}`, data: { id: message.message_id, side, sender: senderKey(message) } });
  const stack = el("div", { class: "stack" }, card(message, side, view, actions), inlineKeyboard(message, actions));
  if (side === "other") item.append(avatar(message.from?.name ?? "?", message.from?.id));
  if (side === "bot" && view.inGroup) item.append(avatar("", 0, "bot"));
  if (message.message_id <= 0) item.append(stack); // still on its way, or in a group that has moved
  else item.append(stack, besides(message, actions));
  stack.addEventListener("contextmenu", (event) => openActions(event, message, actions));
  return item;
}

/** What shows beside a message under the pointer: answer it, and all else that can be done with it. */
function besides(message, actions) {
  const small = (name, words, press) => el("button", { type: "button", class: "round", tabindex: -1, "aria-label": words, title: words, onclick: press }, icon(name));
  return el("span", { class: "answer" }, small("reply", t("reply"), () => actions.replyTo(message)), small("more", t("more"), () => actions.more(message)));
}

/** A long press, or the other button of the mouse. */
function openActions(event, message, actions) {
  if (message.message_id <= 0 || getSelection()?.toString()) return;
  event.preventDefault();
  actions.more(message);
}

export const sideOf = (message, view) => {
  if (message.from_bot) return "bot";
  return !message.from || (message.from.own ?? message.from.id) === view.personId ? "own" : "other";
};

const senderKey = (message) => (message.from_bot ? "bot" : String(message.from?.id ?? "own"));

/** What is said in a line of a list or a quote. */
export function preview(message) {
  if (message.text) return message.text;
  if (message.notice) return notice(message.notice);
  if (message.photo) return t("picture");
  if (message.document) return message.document.name ?? t("document");
  return message.contact ? t("contact") : "";
}

function card(message, side, view, actions) {
  const node = el("div", { class: "bubble" });
  if (view.inGroup && (side !== "own" || message.from?.own)) node.append(senderName(message));
  const replied = message.reply_to ? view.find(message.reply_to) : null;
  if (replied) node.append(quote(replied));
  if (message.forwarded_from) node.append(el("p", { class: "sender", dir: "auto" }, `↪ ${message.forwarded_from}`));
  if (message.via_bot) node.append(el("p", { class: "via" }, t("via", { bot: `@${message.via_bot}` })));
  if (message.photo) node.append(picture(message.photo, actions));
  if (message.document) node.append(attachment(message.document));
  if (message.contact) node.append(contact(message.contact));
  const said = words(message, actions);
  if (said) node.append(said);
  node.classList.toggle("bare", Boolean(message.photo) && !said);
  (said ?? node).append(meta(message));
  if (message.reactions?.length > 0) node.append(reactions(message.reactions));
  return node;
}

function senderName(message) {
  const mask = message.from?.anonymous ? el("span", { class: "tag" }, t("anonymousAdmin")) : null;
  return el("p", { class: `sender ink-${message.from_bot ? "bot" : tint(message.from?.id)}`, dir: "auto" }, el("bdi", {}, message.from?.name ?? ""), mask);
}

/** The message that is answered, in two short lines. */
export function quote(replied) {
  return el("p", { class: "quote" }, el("strong", { dir: "auto" }, replied.from?.name ?? ""), el("span", { dir: "auto" }, preview(replied)));
}

function reactions(given) {
  return el("p", { class: "reactions" }, given.map((one) => el("span", {}, one.emoji ?? "★")));
}

function picture(photo, actions) {
  const source = photo.url ?? `/sandbox/files/${photo.file_id}`;
  const open = (event) => actions.enlarge(source, event.currentTarget);
  const image = el("img", { src: source, alt: photo.name ?? t("picture"), decoding: "async" });
  return el("button", { type: "button", class: "photo", "aria-label": t("enlarge"), onclick: open }, image);
}

function attachment(file) {
  const name = file.name ?? t("document");
  const source = file.url ?? `/sandbox/files/${file.file_id}`;
  const size = file.size ? `${Math.max(1, Math.round(file.size / 1024))} KB` : name.split(".").pop().toUpperCase();
  return el("a", { class: "document", href: source, download: name, title: t("saveFile") },
    el("span", { class: "document-mark" }, icon("file")),
    el("span", { class: "document-name" }, el("strong", {}, name), el("small", {}, size)));
}

function contact(shared) {
  const name = [shared.first_name, shared.last_name].filter(Boolean).join(" ");
  return el("p", { class: "document" },
    el("span", { class: "document-mark" }, icon("phone")),
    el("span", { class: "document-name" }, el("strong", {}, shared.phone_number), el("small", {}, name)));
}

function words(message, actions) {
  if ((!message.text && !message.html) || message.contact) return null;
  const content = (message.from_bot || message.via_bot) && message.html ? renderHtml(message.html, actions) : renderText(message.text, actions);
  return el("div", { class: "words", dir: "auto" }, content);
}

function meta(message) {
  const date = instant(message.date);
  const time = date ? el("time", { datetime: date.toISOString() }, hour(date)) : null;
  return el("span", { class: "meta", dir: "ltr" }, message.pinned ? icon("pin") : null, message.edited ? `${t("edited")} ` : null, time);
}

function inlineKeyboard(message, actions) {
  const rows = message.buttons ?? [];
  if (rows.length === 0) return null;
  return el("div", { class: "buttons", role: "group" },
    rows.map((row) => el("div", { class: "button-row" }, row.map((button) => inlineButton(message, button, actions)))));
}

function inlineButton(message, button, actions) {
  const link = button.url ? readLink(button.url) : null;
  if (link?.kind === "outside") {
    const attributes = { class: "inline", href: link.href, target: "_blank", rel: "noopener noreferrer", title: t("opensOutside") };
    return el("a", attributes, el("span", {}, button.text), icon("out"));
  }
  const query = switched(button);
  const press = (event) => (link ? actions.follow(link) : query ? actions.switchInline(query) : actions.tap(message, button, event.currentTarget));
  return el("button", { type: "button", class: "inline", onclick: press }, el("span", {}, button.text), link ? icon("out") : query ? icon("forward") : null);
}

/** What a button that begins an inline query asks for: `{query, here}` or `{query, allowed}`; null for any other button. */
function switched(button) {
  if (button.switch_inline_query_current_chat !== undefined) return { query: button.switch_inline_query_current_chat, here: true };
  if (button.switch_inline_query !== undefined) return { query: button.switch_inline_query, allowed: null };
  const chosen = button.switch_inline_query_chosen_chat;
  return chosen ? { query: chosen.query ?? "", allowed: chosen } : null;
}
