/**
 * News from the server: a stream for the person that one is, and what to fetch again for each kind of news. Others'
 * chats are fetched too, for their badges: a browser keeps few connections to one host, so they get no streams.
 */

import * as api from "./api.js";
import { chatIsTyping, openChatId, refreshChat } from "./chat.js";
import { refreshClock } from "./clock.js";
import { announce, listen, state } from "./state.js";

const BACKSTOP_MILLISECONDS = 5000;
const RETRY_MILLISECONDS = 2000;

const running = new Map(); // what is being fetched → whether it is wanted once more
let stream = null;
let streamOf = null;

/** Keep a stream open for whoever one is; `onReturn` is called when a lost connection is back. */
export function followPerson(onReturn) {
  const follow = () => {
    if (streamOf === state.personId || state.personId === null) return;
    stream?.close();
    streamOf = state.personId;
    stream = openStream(onReturn);
  };
  listen("route", follow);
  setInterval(refreshChats, BACKSTOP_MILLISECONDS);
  follow();
}

function openStream(onReturn) {
  const opened = new EventSource(`/sandbox/events?person=${streamOf}`);
  opened.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  opened.addEventListener("error", () => {
    setOnline(false);
    // The browser comes back by itself after a lost connection, but not after an answer that is no stream.
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => opened === stream && (stream = openStream(onReturn)), RETRY_MILLISECONDS);
  });
  opened.addEventListener("open", () => {
    const returned = !state.online;
    setOnline(true);
    if (returned) onReturn();
  });
  return opened;
}

export function setOnline(online) {
  if (state.online === online) return;
  state.online = online;
  announce("info");
}

function hear(news) {
  const here = news.chat_id === openChatId();
  if (news.kind === "typing") return here && chatIsTyping();
  if (news.kind === "clock") once("clock", refreshClock);
  else if (here) refreshChat({ older: news.kind !== "message" });
  return refreshChats();
}

function refreshChats() {
  for (const one of state.people) once(one.id, () => loadChats(one.id));
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
