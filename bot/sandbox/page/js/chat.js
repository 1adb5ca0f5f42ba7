/** The open chat: its head, its conversation, and what a person does in it. */

import * as api from "./api.js";
import { quote } from "./bubble.js";
import { avatar, byId, el, icon } from "./dom.js";
import { alertDialog, askText, chooseChat, chooseDeed, enlarge, toast } from "./dialogs.js";
import { focusDraft, mountComposer, openComposer, setKeyboard, suggest } from "./composer.js";
import { Conversation } from "./conversation.js";
import { t } from "./i18n.js";
import { mountInline, placeInline } from "./inline.js";
import { readLink } from "./links.js";
import { openMembers } from "./members.js";
import { mountPinned, showPinned } from "./pinned.js";
import { announce, chat, chatsOf, faceOf, kindOf, listen, person, state } from "./state.js";
import { dayKey, sandboxNow } from "./time.js";

const coarse = matchMedia("(pointer: coarse)");

let conversation = null;
let typing = false;
let answered = null; // the message that the next one replies to
let shownDay = "";
let navigate;

/** `actions`: `{openPrivate(), openGroup(), openChat(id), toChats()}`: where links and the back button lead. */
export function mountChat(actions) {
  navigate = actions;
  mountInline({ picking: () => suggest(""), picked: () => conversation?.refresh(), failed, start: (payload) => follow({ kind: "start", payload }) });
  mountPinned((id) => conversation?.reveal(id));
  byId("talk-who").addEventListener("click", () => chat()?.members && openMembers());
  mountComposer({ send, sendFile, sendOther: attempt, shareContact, toButtons, stepReply, escape: () => replyTo(null) });
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
  const view = { chatId: one.chat_id, formerId: one.migrated_from, personId: state.personId, inGroup: one.kind === "group" || one.kind === "channel", unread: one.unread ?? 0 };
  const opened = new Conversation(view, { tap, follow, command: send, enlarge, replyTo, more, switchInline, changed, typing: showTyping });
  placeInline(one.chat_id, state.personId);
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
  byId("composer").hidden = !one || onlyReads(one);
  showHead(one);
  showPinned(one?.pinned ?? [], one?.chat_id);
  showBlank(one);
  showNotice(one);
}

/** Whether one may not write in a chat: in a channel its admins alone do. */
const onlyReads = (one) => one?.kind === "channel" && !one.admin;

/** What looks the same stays the same node, so that a press on it survives. */
function showHead(one) {
  const next = el("div", { class: "talk-who", id: "talk-who" }, one ? head(one) : []);
  if (!byId("talk-who").isEqualNode(next)) byId("talk-who").replaceChildren(...next.childNodes);
}

function head(one) {
  const count = one.members ? [t("memberCount", { count: one.members.length })] : [];
  const subtitle = typing ? t("typing") : [t(kindOf(one)), ...count].join(" · ");
  const words = [el("h2", { dir: "auto" }, one.title), el("p", { class: typing ? "is-typing" : "" }, subtitle)];
  const face = avatar(one.title, one.with ?? one.chat_id, faceOf(one));
  return one.members ? [el("button", { type: "button", class: "talk-group", title: t("openMembers") }, face, el("span", {}, words))] : [face, el("div", {}, words)];
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
  if (one.kind !== "private") return words(one.title, t("groupHint"));
  const start = el("button", { type: "button", class: "primary start", onclick: () => send("/start") }, t("start"));
  return [...words(t("startTitle", { name: person()?.first_name ?? "" }), t("startHint")), start];
}

function showNotice(one) {
  const waking = state.info.waking && one && conversation && !conversation.isEmpty;
  const usual = onlyReads(one) ? t("channelReadOnly") : "";
  const text = state.online ? (waking ? t("wakingBar") : usual) : t("offline");
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

const sendFile = async (file) =>
  attempt(file.type.startsWith("image/") ? { photo_base64: await base64(file) } : { document_base64: await base64(file), file_name: file.name.slice(-100) });

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
    const { answer } = await api.tap(message.chat_id, state.personId, message.original ?? message.message_id, button.callback_data ?? button.text);
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
  const link = answer?.url ? readLink(answer.url) : null;
  if (link) await follow(link);
}

function failed(error) {
  toast(t("failed", { why: error.message }), { bad: true });
}

/** Begin an inline query here, or in a chat that the person chooses among those that the button allows. */
async function switchInline({ query, here, allowed }) {
  const words = `@${state.info.bot_username} ${query}`;
  if (here) return suggest(words);
  const wanted = { private: allowed?.allow_bot_chats, pair: allowed?.allow_user_chats, group: allowed?.allow_group_chats };
  const chosen = await chooseChat(chatsOf(state.personId).filter((one) => !allowed || wanted[one.kind]));
  if (!chosen) return undefined;
  await navigate.openChat(chosen.chat_id);
  return suggest(words);
}

/** All that can be done with a message. */
async function more(message) {
  const { chatId, personId, inGroup } = conversation.view;
  const id = message.message_id;
  const own = (message.from?.own ?? message.from?.id) === personId && !message.from_bot;
  const rules = !inGroup || chat()?.admin;
  const deeds = {
    reply: () => replyTo(message),
    edit: own && message.text && !message.via_bot && (() => edit(chatId, personId, message)),
    forward: () => forward(message),
    pinIt: rules && !message.pinned && (() => api.pin(chatId, personId, id, true)),
    unpinIt: rules && message.pinned && (() => api.pin(chatId, personId, id, false)),
    remove_message: (own || rules) && (() => api.remove(chatId, personId, id)),
  };
  const chosen = await chooseDeed(Object.keys(deeds).filter((name) => deeds[name]).map((name) => [name, t(name)]));
  await Promise.resolve(deeds[chosen]?.()).catch(failed);
}

async function edit(chatId, personId, message) {
  const text = await askText("editTitle", message.text);
  if (text && text !== message.text) await api.edit(chatId, { from: personId, message_id: message.message_id, text });
}

async function forward(message) {
  const chosen = await chooseChat(chatsOf(state.personId));
  if (!chosen) return;
  await api.send(chosen.chat_id, { from: state.personId, forward_of: message.message_id, forward_from: message.chat_id });
  await navigate.openChat(chosen.chat_id);
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

