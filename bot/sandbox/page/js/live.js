/** News from the server: one stream for the whole page, and what to fetch again for each kind of news. */

import * as api from "./api.js";
import { chatIsTyping, openChatId, refreshChat } from "./chat.js";
import { refreshClock } from "./clock.js";
import { announce, chatsOf, state } from "./state.js";

const RETRY_MILLISECONDS = 2000;

const running = new Map(); // what is being fetched → whether it is wanted once more

let reload = () => {};

/** Listen to everybody's news in one stream (a browser keeps few connections to one host); `onReturn` after a gap. */
export function openStream(onReturn) {
  reload = onReturn;
  const stream = new EventSource("/sandbox/events");
  stream.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    setOnline(false);
    // The browser comes back by itself after a lost connection, but not after an answer that is no stream.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => openStream(onReturn), RETRY_MILLISECONDS);
  });
  stream.addEventListener("open", () => {
    const returned = !state.online;
    setOnline(true);
    if (returned) onReturn();
    else catchUp();
  });
}

export function setOnline(online) {
  if (state.online === online) return;
  state.online = online;
  announce("info");
}

/** What happened before the stream was open was told to nobody. */
function catchUp() {
  for (const one of state.people) once(one.id, () => loadChats(one.id));
  refreshChat();
}

function hear(news) {
  if (news.kind === "clock") return once("clock", refreshClock);
  if (news.kind === "people") return once("people", reload);
  const here = news.chat_id === openChatId();
  if (news.kind === "typing") return here && chatIsTyping();
  if (here) refreshChat({ older: news.kind !== "message" });
  return refreshChatsWith(news.chat_id);
}

/** Fetch again the chats of everybody who is in `chatId`; of everybody, when nobody was known to be. */
function refreshChatsWith(chatId) {
  const inside = state.people.filter((one) => chatsOf(one.id).some((entry) => entry.chat_id === chatId));
  for (const one of inside.length > 0 ? inside : state.people) once(one.id, () => loadChats(one.id));
}

/** A person's chats as the server lists them now. */
export async function loadChats(personId) {
  const before = JSON.stringify(state.chats.get(personId));
  const chats = await api.chats(personId);
  state.chats.set(personId, chats);
  if (JSON.stringify(chats) !== before) announce("chats", personId);
}

/** Run `work` now, or once more after the run that is going on: a burst of news is one fetch or two. */
async function once(what, work) {
  if (running.has(what)) return void running.set(what, true);
  do {
    running.set(what, false);
    await work().catch(() => null);
  } while (running.get(what));
  running.delete(what);
}
