/** The left side: whom one can be, and that person's chats. */

import { avatar, badge, byId, el, roveWithArrows } from "./dom.js";
import { label, language, languageTag, notice, t } from "./i18n.js";
import { chatsOf, faceOf, kindOf, listen, nameOf, person, state, unreadOf } from "./state.js";
import { instant, listTime } from "./time.js";

let actions;

/** `actions`: `{choosePerson(id), chooseChat(id), newPerson(), newGroup()}`. */
export function mountPeople(given) {
  actions = given;
  byId("add-person").addEventListener("click", actions.newPerson);
  byId("add-group").addEventListener("click", actions.newGroup);
  roveWithArrows(byId("people"));
  roveWithArrows(byId("chats"));
  for (const topic of ["people", "chats", "route", "language"]) listen(topic, show);
  listen("clock", showChats);
}

function show() {
  showPeople();
  showWho();
  showChats();
}

function showPeople() {
  update(byId("people"), state.people.map(personButton));
}

function personButton(one) {
  const unread = unreadOf(one.id);
  const chosen = one.id === state.personId;
  const words = [nameOf(one), languageTag(one.language_code), roleName(one), unread > 0 ? t("unread", { count: unread }) : null];
  return el("li", {},
    el("button", {
      type: "button", class: "person", data: { person: one.id }, "aria-current": chosen ? "true" : null,
      "aria-label": words.filter(Boolean).join(", "), title: nameOf(one), onclick: () => actions.choosePerson(one.id),
    },
    el("span", { class: "person-face" }, avatar(nameOf(one), one.id), el("span", { class: "tongue" }, languageTag(one.language_code)), badge(unread)),
    el("span", { class: "person-name" }, one.first_name)));
}

function showWho() {
  const one = person();
  byId("who").dir = "auto";
  byId("who").textContent = one ? nameOf(one) : "Susu";
  byId("who-detail").textContent = one ? [one.username ? `@${one.username}` : null, roleName(one)].filter(Boolean).join(" · ") : t("noPeople");
  byId("add-group").hidden = !one;
}

function roleName(one) {
  if (one.role === "operator") return t("operator");
  const hasSpoken = one.started || chatsOf(one.id).some((each) => each.kind === "private" && each.last);
  return t(hasSpoken ? "customer" : "stranger");
}

function showChats() {
  update(byId("chats"), chatsOf(state.personId).map(chatButton));
}

function chatButton(one) {
  const date = instant(one.last?.date);
  const chosen = one.chat_id === state.chatId;
  return el("li", {},
    el("button", { type: "button", class: "chat", data: { chat: one.chat_id }, "aria-current": chosen ? "true" : null, onclick: () => actions.chooseChat(one.chat_id) },
      avatar(one.title, one.with ?? one.chat_id, faceOf(one)),
      el("span", { class: "chat-lines" },
        el("span", { class: "chat-line" }, el("strong", { dir: "auto" }, one.title), date ? el("time", {}, listTime(date)) : null),
        el("span", { class: "chat-line" }, el("span", { class: "chat-last", dir: "auto" }, lastLine(one)), badge(one.unread)))));
}

function lastLine(one) {
  if (!one.last) return t(kindOf(one));
  const mine = one.last.from_bot || one.kind !== "private" ? "" : `${t("you")}${language() === "zh" ? "：" : ": "}`;
  const text = one.last.notice ? notice(one.last.notice) : (one.last.text ?? "");
  return mine + text.replace(/\s+/g, " ");
}

/** Bring a list up to date. A button stays the same node while its looks change, so that a press or the focus on it survives. */
function update(list, items) {
  const before = new Map([...list.children].map((item) => [idOf(item.firstChild), item]));
  const after = items.map((item) => redrawn(before.get(idOf(item.firstChild)), item));
  for (const item of [...list.children]) if (!after.includes(item)) item.remove();
  after.forEach((item, at) => item === list.children[at] || list.insertBefore(item, list.children[at] ?? null));
}

/** `old` looking like `item`, or `item` where there is no old one. */
function redrawn(old, item) {
  if (!old) return item;
  if (old.isEqualNode(item)) return old;
  const [button, looks] = [old.firstChild, item.firstChild];
  for (const name of button.getAttributeNames()) if (!looks.hasAttribute(name)) button.removeAttribute(name);
  for (const name of looks.getAttributeNames()) button.setAttribute(name, looks.getAttribute(name));
  button.replaceChildren(...looks.childNodes);
  return old;
}

const idOf = (button) => button.dataset.person ?? button.dataset.chat;

/** The language toggle: it names the language that it leads to. */
export function showLanguageToggle() {
  byId("language").textContent = t("switchLanguage");
  label(byId("language"), t("switchLanguageLabel"));
}
