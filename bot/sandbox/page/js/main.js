/** Starts the page: loads who there is, follows the address (`#/person/chat`), and wires the parts together. */

import * as api from "./api.js";
import { mountChat, openChat, refreshChat } from "./chat.js";
import { mountClock, refreshClock } from "./clock.js";
import { suggest } from "./composer.js";
import { askGroup, askPerson, toast } from "./dialogs.js";
import { byId, el, icon, shortCount } from "./dom.js";
import { label, t, toggleLanguage, translatePage } from "./i18n.js";
import { loadChats, openStream, setOnline } from "./live.js";
import { mountPeople, showLanguageToggle } from "./people.js";
import { announce, chat, chatsOf, listen, person, state, unreadOf } from "./state.js";
import { mountTheme } from "./theme.js";

const RETRY_MILLISECONDS = 1000;
const narrow = matchMedia("(max-width: 720px)");
const lastChat = new Map(); // person → the chat they were in

function mount() {
  translatePage();
  mountTheme();
  mountClock();
  mountPeople({ choosePerson, chooseChat, newPerson, newGroup });
  mountChat({ openPrivate, openGroup, openChat: chooseChat, toChats });
  byId("language").addEventListener("click", toggleLanguage);
  byId("pin").addEventListener("click", () => chat() && suggest(pin()));
  window.addEventListener("hashchange", applyRoute);
  document.addEventListener("keydown", switchByNumber);
  narrow.addEventListener("change", applyRoute);
  for (const topic of ["language", "info"]) listen(topic, showFrame);
  listen("chats", showUnread);
  listen("chats", followMoved);
  listen("travelled", reload);
  showFrame();
}

async function start() {
  mount();
  await untilReached(reload);
  applyRoute();
  openStream(reload);
  await watchWaking();
}

async function reload() {
  const [info, people] = await Promise.all([api.info(), api.people(), refreshClock()]);
  state.info = info;
  state.people = people;
  await Promise.all(people.map((one) => loadChats(one.id)));
  announce("people");
  announce("info");
  refreshChat({ older: true });
}

/** The people and their history may come with the bot, so look again until it is there. */
async function watchWaking() {
  while (state.info.waking) {
    await pause();
    await untilReached(reload);
    if (!person()) applyRoute();
  }
}

async function untilReached(work) {
  for (;;) {
    try {
      await work();
      return setOnline(true);
    } catch {
      setOnline(false);
      await pause();
    }
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));

/** Read the address; where it names nobody, take the first person, and on a wide page their first chat. */
function applyRoute() {
  const [, personPart, chatPart] = location.hash.split("/");
  const one = state.people.find((each) => String(each.id) === personPart) ?? state.people[0] ?? null;
  const named = chatsOf(one?.id).find((each) => String(each.chat_id) === chatPart);
  const shown = named ?? (narrow.matches ? null : usualChat(one));
  const changed = state.personId !== (one?.id ?? null) || state.chatId !== (shown?.chat_id ?? null);
  state.personId = one?.id ?? null;
  state.chatId = shown?.chat_id ?? null;
  if (shown) lastChat.set(one.id, shown.chat_id);
  byId("app").dataset.pane = shown ? "talk" : "chats";
  announce("route");
  return changed ? openChat() : undefined;
}

function usualChat(one) {
  const chats = chatsOf(one?.id);
  return chats.find((each) => each.chat_id === lastChat.get(one?.id)) ?? chats.find((each) => each.kind === "private") ?? chats[0] ?? null;
}

/** Go where the address bar can bring one back to, and wait until the chat is open. */
async function go(personId, chatId) {
  const hash = chatId ? `#/${personId}/${chatId}` : `#/${personId}`;
  if (location.hash !== hash) history.pushState(null, "", hash);
  await applyRoute();
}

const choosePerson = (id) => go(id, narrow.matches ? null : usualChat({ id })?.chat_id);
const chooseChat = (chatId) => go(state.personId, chatId);
const toChats = () => go(state.personId, null);

/** A group that has become a supergroup is another chat, and one that was left is none. */
function followMoved() {
  if (!state.chatId || chat()) return;
  const next = chatsOf(state.personId).find((each) => each.migrated_from === state.chatId);
  go(state.personId, next?.chat_id ?? null);
}

async function openPrivate() {
  const own = chatsOf(state.personId).find((each) => each.kind === "private");
  if (own && own.chat_id !== state.chatId) await chooseChat(own.chat_id);
  return Boolean(own);
}

async function openGroup() {
  const group = chatsOf(state.personId).find((each) => each.kind === "group");
  if (!group) return newGroup();
  if (chat()?.kind !== "group") await chooseChat(group.chat_id);
  return true;
}

async function newPerson() {
  const asked = await askPerson();
  if (!asked) return;
  const made = await tried(() => api.addPerson(asked));
  if (!made) return;
  await reload();
  await go(made.id, chatsOf(made.id)[0]?.chat_id);
}

async function newGroup() {
  const asked = await askGroup(person(), state.people);
  const made = asked && (await tried(() => api.addGroup(asked)));
  if (!made) return false;
  await reload();
  await go(state.personId, made.chat_id);
  return true;
}

async function tried(work) {
  try {
    return await work();
  } catch (error) {
    toast(t("failed", { why: error.message }), { bad: true });
    return null;
  }
}

/** Alt and a digit: be the first, second … person. */
function switchByNumber(event) {
  const one = event.altKey && /^Digit[1-9]$/.test(event.code) ? state.people[Number(event.code.slice(5)) - 1] : null;
  if (!one) return;
  event.preventDefault();
  choosePerson(one.id);
}

const pin = () => (state.info.pin_hint ?? "").match(/\d{4,}/)?.[0] ?? "";

function showFrame() {
  showLanguageToggle();
  byId("pin").hidden = pin() === "";
  byId("pin").replaceChildren(icon("key"), el("span", {}, t("pin", { pin: pin() })));
  label(byId("pin"), t("pinLabel", { pin: pin() }));
  showUnread();
}

/** Unread messages of everybody in the title, of others in this person's other chats on the back button. */
function showUnread() {
  const everybody = state.people.reduce((sum, one) => sum + unreadOf(one.id), 0);
  document.title = everybody > 0 ? `(${shortCount(everybody)}) ${state.info.institution}` : state.info.institution;
  byId("back-badge").hidden = everybody === 0;
  byId("back-badge").textContent = shortCount(everybody);
}

start();
