/** What the page knows, and a way to hear when a part of it changed. Views read `state`; only main.js and live.js write it. */

export const state = {
  people: [],
  chats: new Map(), // person id → their chats, as the server lists them
  personId: null,
  chatId: null,
  info: { pin_hint: "", bot_username: "", institution: "Susu", waking: true },
  clock: null, // { now, businessDate, read }: the instant and the day that the server told at performance.now() `read`
  travelling: false,
  online: true,
};

const bus = new EventTarget();

export const announce = (topic, detail) => bus.dispatchEvent(new CustomEvent(topic, { detail }));

export const listen = (topic, handler) => bus.addEventListener(topic, (event) => handler(event.detail));

export const person = () => state.people.find((one) => one.id === state.personId) ?? null;

export const chatsOf = (personId) => state.chats.get(personId) ?? [];

export const chat = () => chatsOf(state.personId).find((one) => one.chat_id === state.chatId) ?? null;

export const unreadOf = (personId) => chatsOf(personId).reduce((sum, one) => sum + (one.unread ?? 0), 0);

export const nameOf = (one) => [one.first_name, one.last_name].filter(Boolean).join(" ");

/** Which picture stands for a chat, and which word for its kind. */
export const faceOf = (one) => ({ private: "bot", group: "group", channel: "group" })[one.kind] ?? "person";

export const kindOf = (one) => (one.kind === "private" ? "bot" : one.supergroup ? "supergroup" : one.kind);
