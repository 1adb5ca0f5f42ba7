/** One message as a list item. Knows how a message looks, not where it stands or where it came from. */

import { avatar, el, icon, tint } from "./dom.js";
import { t } from "./i18n.js";
import { readLink } from "./links.js";
import { renderHtml, renderText } from "./render.js";
import { hour, instant } from "./time.js";

/**
 * Build the item of `message`. `view` says how it is seen: `{personId, inGroup, find(messageId)}`;
 * `actions` answer to it: `{tap, follow, command, enlarge, replyTo}`.
 */
export function bubble(message, view, actions) {
  if (message.notice) return el("li", { class: "service", data: { id: message.message_id, sender: "" } }, el("span", {}, message.notice));
  const side = sideOf(message, view);
  const item = el("li", { class: `message ${side}`, data: { id: message.message_id, side, sender: senderKey(message) } });
  const stack = el("div", { class: "stack" }, card(message, side, view, actions), inlineKeyboard(message, actions));
  if (side === "other") item.append(avatar(message.from?.name ?? "?", message.from?.id));
  if (side === "bot" && view.inGroup) item.append(avatar("", 0, "bot"));
  item.append(stack, el("button", { type: "button", class: "round answer", tabindex: -1, "aria-label": t("reply"), title: t("reply"), onclick: () => actions.replyTo(message) }, icon("reply")));
  return item;
}

export const sideOf = (message, view) => {
  if (message.from_bot) return "bot";
  return !message.from || message.from.id === view.personId ? "own" : "other";
};

const senderKey = (message) => (message.from_bot ? "bot" : String(message.from?.id ?? "own"));

/** What is said in a line of a list or a quote. */
export function preview(message) {
  if (message.text) return message.text;
  if (message.notice) return message.notice;
  if (message.photo) return t("picture");
  if (message.document) return message.document.name ?? t("document");
  return message.contact ? t("contact") : "";
}

function card(message, side, view, actions) {
  const node = el("div", { class: "bubble" });
  if (view.inGroup && side !== "own") node.append(senderName(message));
  const replied = message.reply_to ? view.find(message.reply_to) : null;
  if (replied) node.append(quote(replied));
  if (message.forwarded_from) node.append(el("p", { class: "sender" }, `↪ ${message.forwarded_from}`));
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
  return el("p", { class: `sender ink-${message.from_bot ? "bot" : tint(message.from?.id)}` }, message.from?.name ?? "");
}

/** The message that is answered, in two short lines. */
export function quote(replied) {
  return el("p", { class: "quote" }, el("strong", {}, replied.from?.name ?? ""), el("span", {}, preview(replied)));
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
  return el("a", { class: "document", href: source, download: name, title: t("save") },
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
  const content = message.from_bot && message.html ? renderHtml(message.html, actions) : renderText(message.text, actions);
  return el("div", { class: "words" }, content);
}

function meta(message) {
  const date = instant(message.date);
  const time = date ? el("time", { datetime: date.toISOString() }, hour(date)) : null;
  return el("span", { class: "meta" }, message.edited ? `${t("edited")} ` : null, time);
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
  const press = (event) => (link ? actions.follow(link) : actions.tap(message, button, event.currentTarget));
  return el("button", { type: "button", class: "inline", onclick: press }, el("span", {}, button.text), link ? icon("out") : null);
}
