/** News from the server: one stream for the whole page, and what to fetch again for each kind of news. */

import * as api from "./api.js";
import { chatIsTyping, openChatId, refreshChat } from "./chat.js";
import { refreshClock } from "./clock.js";
import { announce, chatsOf, state } from "./state.js";

const fetching = new Map(); // what → "running" or "again"

/** Listen to the stream; `onReturn` is called when a lost connection is back. */
export function openStream(onReturn) {
  const stream = new EventSource("/sandbox/events");
  stream.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  stream.addEventListener("error", () => setOnline(false));
  stream.addEventListener("open", () => {
    const returned = !state.online;
    setOnline(true);
    if (returned) onReturn();
  });
  return stream;
}

export function setOnline(online) {
  if (state.online === online) return;
  state.online = online;
  announce("info");
}

function hear(news) {
  if (news.kind === "clock") return once("clock", refreshClock);
  const here = news.chat_id === openChatId();
  if (news.kind === "typing") return here && chatIsTyping();
  if (here) refreshChat({ older: news.kind !== "message" });
  return refreshChatsWith(news.chat_id);
}

/** Fetch again the chats of everybody who is in `chatId`; of everybody, when nobody was known to be. */
function refreshChatsWith(chatId) {
  const inside = state.people.filter((one) => chatsOf(one.id).some((entry) => entry.chat_id === chatId));
  for (const one of inside.length > 0 ? inside : state.people) once(`chats ${one.id}`, () => loadChats(one.id));
}

/** A person's chats as the server lists them now. */
export async function loadChats(personId) {
  state.chats.set(personId, await api.chats(personId));
  announce("chats");
}

/** Run `work` now, or once more after the run that is going on: a burst of news is one fetch or two. */
async function once(what, work) {
  if (fetching.has(what)) return void fetching.set(what, "again");
  do {
    fetching.set(what, "running");
    await work().catch(() => null);
  } while (fetching.get(what) === "again");
  fetching.delete(what);
}
