/** What lies over the page for a moment: toasts, alerts, the enlarged picture, the forms for a new person or group. */

import { avatar, byId, el, icon } from "./dom.js";
import { t } from "./i18n.js";
import { faceOf, nameOf } from "./state.js";

const TOAST_MILLISECONDS = 4000;
const LANGUAGES = [["en", "English"], ["zh", "中文"]];

/** A sentence that passes by itself. */
export function toast(text, { bad = false } = {}) {
  const node = el("p", { class: bad ? "toast bad" : "toast" }, text);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), TOAST_MILLISECONDS);
}

/** A sentence that wants to be read. Resolves once it is closed. */
export function alertDialog(text) {
  const ok = el("button", { class: "primary", type: "submit", autofocus: true }, t("ok"));
  return open(el("form", { method: "dialog", class: "sheet alert" }, el("p", {}, text), el("div", { class: "sheet-buttons" }, ok)));
}

/** The picture as large as the window; a click anywhere or Escape closes it. */
export function enlarge(source) {
  const close = el("button", { class: "round viewer-close", type: "submit", "aria-label": t("close"), autofocus: true }, icon("close"));
  const image = el("img", { src: source, alt: t("picture") });
  return open(el("form", { method: "dialog", class: "viewer", onclick: (event) => event.currentTarget.closest("dialog").close() }, image, close));
}

/** Ask for a new person. Resolves with the body of `POST /sandbox/people`, or null. */
export async function askPerson() {
  const form = sheet("personTitle", "personHint", [
    field("firstName", el("input", { name: "first_name", required: true, maxlength: 64, autofocus: true })),
    field("lastName", el("input", { name: "last_name", maxlength: 64 })),
    field("username", el("input", { name: "username", maxlength: 32, pattern: "@?[A-Za-z][A-Za-z0-9_]{2,31}", placeholder: "@dara", autocapitalize: "none" })),
    field("language", el("select", { name: "language_code" }, LANGUAGES.map(([code, name]) => el("option", { value: code }, name)))),
    field("phone", el("input", { name: "phone", type: "tel", maxlength: 20, placeholder: "+86 138 0013 8000" })),
  ]);
  form.elements.language_code.value = document.documentElement.lang;
  if ((await open(form)) !== "create") return null;
  const entries = [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  const person = Object.fromEntries(entries);
  if (person.username) person.username = person.username.replace(/^@/, "");
  return person;
}

/** Ask for a new group that `admin` opens. Resolves with the body of `POST /sandbox/groups`, or null. */
export async function askGroup(admin, people) {
  const others = people.filter((one) => one.id !== admin.id);
  const choices = others.map((one) => el("label", { class: "choice" }, el("input", { type: "checkbox", name: "member", value: one.id, checked: true }), nameOf(one)));
  const form = sheet("groupTitle", "groupHintNew", [
    field("groupName", el("input", { name: "title", required: true, maxlength: 255, autofocus: true, dir: "auto" })),
    el("fieldset", {}, el("legend", {}, t("members")), choices),
  ]);
  if ((await open(form)) !== "create") return null;
  const members = [...new FormData(form).getAll("member")].map(Number);
  return { title: form.elements.title.value.trim(), members: [admin.id, ...members], admins: [admin.id] };
}

/** Let one of `chats` be chosen. Resolves with it, or null. */
export async function chooseChat(chats) {
  const rows = chats.map((one) => el("button", { class: "chat", type: "submit", value: one.chat_id },
    avatar(one.title, one.with ?? one.chat_id, faceOf(one)), el("strong", { dir: "auto" }, one.title)));
  const none = chats.length === 0 ? el("p", { class: "hint" }, t("noChatToChoose")) : null;
  const cancel = el("button", { class: "quiet", type: "submit", value: "" }, t("cancel"));
  const chosen = await open(el("form", { method: "dialog", class: "sheet" }, el("h2", {}, t("chooseChat")), none, el("div", { class: "choices" }, rows), el("div", { class: "sheet-buttons" }, cancel)));
  return chats.find((one) => String(one.chat_id) === chosen) ?? null;
}

/** Let one of several deeds be chosen, `[[value, words]]`. Resolves with its value, or "". */
export function chooseDeed(deeds) {
  const rows = deeds.map(([value, words]) => el("button", { class: "deed wide", type: "submit", value }, words));
  return open(el("form", { method: "dialog", class: "sheet deeds" }, rows, el("button", { class: "quiet", type: "submit", value: "" }, t("cancel"))));
}

/** Ask for another text. Resolves with it, or null. */
export async function askText(title, text) {
  const box = el("textarea", { name: "text", rows: 4, maxlength: 4096, required: true, autofocus: true, dir: "auto" });
  box.value = text;
  const form = el("form", { method: "dialog", class: "sheet" }, el("h2", {}, t(title)), box, decide("save"));
  return (await open(form)) === "create" ? box.value.trim() || null : null;
}

/** Show a sheet that keeps itself in step. Resolves once it is closed. */
export const keepOpen = (content) => open(content);

function sheet(title, hint, fields) {
  return el("form", { method: "dialog", class: "sheet" }, el("h2", {}, t(title)), el("p", { class: "hint" }, t(hint)), fields, decide("create"));
}

function decide(yes) {
  const buttons = el("div", { class: "sheet-buttons" },
    el("button", { class: "quiet", type: "submit", value: "cancel", formnovalidate: true }, t("cancel")),
    el("button", { class: "primary", type: "submit", value: "create" }, t(yes)));
  // The first submit button answers to Enter: the order of the source is the order of the keyboard, CSS turns it round.
  buttons.prepend(buttons.lastChild);
  return buttons;
}

const field = (name, control) => el("label", { class: "form-field" }, el("span", {}, t(name)), control);

/** Show `content` in a modal dialog; resolves with the value of the button that closed it ("" for Escape). The browser gives the focus back. */
function open(content) {
  const dialog = el("dialog", {}, content);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}
