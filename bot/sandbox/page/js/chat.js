/** The open chat: its head, its conversation, and what a person does in it. */

import * as api from "./api.js";
import { quote } from "./bubble.js";
import { avatar, byId, el, icon } from "./dom.js";
import { alertDialog, enlarge, toast } from "./dialogs.js";
import { focusDraft, mountComposer, openComposer, setKeyboard, suggest } from "./composer.js";
import { Conversation } from "./conversation.js";
import { t } from "./i18n.js";
import { announce, chat, listen, person, state } from "./state.js";
import { dayKey, sandboxNow } from "./time.js";

const coarse = matchMedia("(pointer: coarse)");

let conversation = null;
let typing = false;
let answered = null; // the message that the next one replies to
let shownDay = "";
let navigate;

/** `actions`: `{openPrivate(), openGroup(), toChats()}`: where links and the back button lead. */
export function mountChat(actions) {
  navigate = actions;
  mountComposer({ send, sendPicture, shareContact, toButtons, stepReply, escape: () => replyTo(null) });
  byId("back").addEventListener("click", actions.toChats);
  byId("log").addEventListener("keydown", moveAmongButtons);
  for (const topic of ["chats", "route", "language", "info"]) listen(topic, show);
  listen("language", () => conversation?.redraw());
  listen("chats", markRead);
  listen("clock", nameDays);
  document.addEventListener("visibilitychange", markRead);
  show();
}

/** Open the chat that the route names, or none. */
export async function openChat() {
  conversation?.close();
  conversation = null;
  const one = chat();
  byId("messages").replaceChildren();
  setKeyboard([]);
  replyTo(null);
  show();
  if (!one) return;
  const view = { chatId: one.chat_id, personId: state.personId, inGroup: one.kind === "group", unread: one.unread ?? 0 };
  const opened = new Conversation(view, { tap, follow, command: send, enlarge, replyTo, changed, typing: showTyping });
  conversation = opened;
  openComposer(`${state.personId}/${one.chat_id}`, one.commands);
  if (!coarse.matches) focusDraft();
  await opened.load().catch((error) => toast(t("failed", { why: error.message }), { bad: true }));
}

export const openChatId = () => conversation?.view.chatId ?? null;

export const refreshChat = (options) => conversation?.refresh(options);

export const chatIsTyping = () => conversation?.showTyping();

function nameDays() {
  const day = dayKey(sandboxNow());
  if (day !== shownDay) conversation?.renameDays();
  shownDay = day;
}

function changed() {
  show();
  showReplyKeyboard();
  markRead();
}

/** Tell the server that what is on the screen has been seen; the badge goes with its answer. */
async function markRead() {
  const one = chat();
  if (!one || !conversation?.loaded || document.hidden || !one.unread) return;
  one.unread = 0;
  announce("chats");
  await api.read(one.chat_id, state.personId).catch(() => null);
}

function show() {
  const one = chat();
  byId("talk").classList.toggle("nothing-open", !one);
  byId("composer").hidden = !one;
  byId("talk-who").replaceChildren(...(one ? head(one) : []));
  showBlank(one);
  showNotice(one);
}

function head(one) {
  const subtitle = typing ? t("typing") : t(one.kind === "group" ? "group" : "bot");
  return [
    avatar(one.title, one.chat_id, one.kind === "group" ? "group" : "bot"),
    el("div", {}, el("h2", {}, one.title), el("p", { class: typing ? "is-typing" : "" }, subtitle)),
  ];
}

function showTyping(now) {
  if (typing === now) return;
  typing = now;
  show();
}

/** What stands where no message is: the waking bot, the first word, or nothing chosen. */
function showBlank(one) {
  const empty = !one || (conversation?.loaded && conversation.isEmpty);
  byId("blank").hidden = !empty;
  if (!empty) return;
  const mark = el("img", { src: "icon.svg", alt: "", class: state.info.waking ? "waking" : "" });
  byId("blank").replaceChildren(mark, ...blankWords(one));
}

function blankWords(one) {
  const words = (title, hint) => [el("h2", {}, title), el("p", {}, hint)];
  if (state.info.waking) return words(t("waking"), t("wakingHint"));
  if (!one) return words("Susu", t(state.people.length > 0 ? "chooseChat" : "noPeople"));
  if (one.kind === "group") return words(one.title, t("groupHint"));
  const start = el("button", { type: "button", class: "primary start", onclick: () => send("/start") }, t("start"));
  return [...words(t("startTitle", { name: person()?.first_name ?? "" }), t("startHint")), start];
}

function showNotice(one) {
  const waking = state.info.waking && one && conversation && !conversation.isEmpty;
  const text = state.online ? (waking ? t("wakingBar") : "") : t("offline");
  byId("notice").textContent = text;
  byId("notice").hidden = text === "";
  byId("notice").classList.toggle("bad", !state.online);
}

/** The newest message that says something about the reply keyboard decides. */
function showReplyKeyboard() {
  const decisive = conversation.messages.findLast((one) => one.from_bot && (one.keyboard?.length > 0 || one.keyboard_removed));
  setKeyboard(decisive && !decisive.keyboard_removed ? decisive.keyboard : [], decisive?.contact_button);
}

const send = (text) => attempt({ text });

const shareContact = () => attempt({ contact: true });

const sendPicture = async (file) => attempt({ photo_base64: await base64(file) });

async function attempt(content) {
  const { chatId, personId } = conversation.view;
  const body = { from: personId, ...content, ...(answered ? { reply_to: answered.message_id } : {}) };
  replyTo(null);
  try {
    await conversation.send(content.text ?? "", () => api.send(chatId, body));
  } catch (error) {
    toast(t("notSent", { why: error.message }), { bad: true });
  }
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

async function tap(message, button, node) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  try {
    const { answer } = await api.tap(conversation.view.chatId, state.personId, message.message_id, button.callback_data ?? button.text);
    await showAnswer(answer);
  } catch (error) {
    toast(t("failed", { why: error.message }), { bad: true });
  } finally {
    node.removeAttribute("aria-busy");
    conversation?.refresh({ older: true });
  }
}

async function showAnswer(answer) {
  if (answer === null || answer === undefined) toast(t("noAnswer"));
  else if (answer.text && answer.show_alert) await alertDialog(answer.text);
  else if (answer.text) toast(answer.text);
}

/** Choose the message that the next one replies to; null chooses none. True when that changed anything. */
function replyTo(message) {
  const changes = answered !== message;
  answered = message;
  conversation?.mark(message?.message_id);
  byId("replying").hidden = !message;
  if (!message) return changes;
  const off = el("button", { type: "button", class: "round", "aria-label": t("replyOff"), onclick: () => replyTo(null) }, icon("close"));
  byId("replying").replaceChildren(icon("reply"), quote(message), off);
  focusDraft();
  return changes;
}

/** Control and an arrow key: the message before or after the chosen one. */
function stepReply(step) {
  if (!answered && step > 0) return;
  replyTo(conversation?.neighbour(answered?.message_id ?? null, step) ?? (step < 0 ? answered : null));
}

/** Follow a link that stays inside: `?start=` speaks to the bot in private, `?startgroup=` in a group. */
async function follow(link) {
  if (link.kind === "share") return suggest(link.text);
  const group = link.kind === "startgroup";
  const word = group ? `/start@${state.info.bot_username}` : "/start";
  const there = group ? await navigate.openGroup() : await navigate.openPrivate();
  if (there) await send([word, link.payload].filter(Boolean).join(" "));
}

/** From the empty message box up to the newest buttons; true when there are any. */
function toButtons() {
  const button = conversation?.firstButton();
  button?.focus();
  return Boolean(button);
}

/** Arrow keys among the buttons of a message, Escape back to the message box. */
function moveAmongButtons(event) {
  const at = event.target.closest?.(".inline");
  if (event.key === "Escape") return focusDraft();
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!at || !step) return undefined;
  const stops = [...at.closest(".buttons").querySelectorAll(".inline")];
  const next = stops[stops.indexOf(at) + step];
  event.preventDefault();
  return next ? next.focus() : step > 0 && focusDraft();
}

