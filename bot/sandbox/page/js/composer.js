/** The foot of the chat: the message box, the list of commands, the reply keyboard, pictures. */

import { chooseDeed } from "./dialogs.js";
import { byId, el, icon, roveWithArrows } from "./dom.js";
import { label, t } from "./i18n.js";
import { hideResults, onResultKey, readDraft } from "./inline.js";
import { listen } from "./state.js";

const LINES_PIXELS = 160;
const SOMEWHERE = [31.2304, 121.4737]; // the People's Square in Shanghai

const coarse = matchMedia("(pointer: coarse)");

const draft = byId("draft");
const list = byId("commands");
const drafts = new Map(); // person and chat → what was being written

let actions;
let commands = [];
let matching = [];
let active = -1;
let key = null;
let keyboardRows = [];
let shownKeyboard = "";
let keyboardHidden = false;

/** `actions`: `{send(text), sendFile(file), sendOther(content), shareContact(), toButtons(), stepReply(step), escape()}`. */
export function mountComposer(given) {
  actions = given;
  byId("composer").addEventListener("submit", submit);
  draft.addEventListener("keydown", onKey);
  draft.addEventListener("input", onInput);
  byId("menu").addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus where it is
  byId("menu").addEventListener("click", toggleMenu);
  byId("composer").addEventListener("focusout", (event) => event.relatedTarget && hideCommandsOutside(event.relatedTarget));
  document.addEventListener("pointerdown", (event) => hideCommandsOutside(event.target));
  byId("show-keyboard").addEventListener("click", () => showKeyboard(!keyboardHidden));
  byId("picture").addEventListener("change", pickPicture);
  byId("attach").addEventListener("click", attach);
  roveWithArrows(byId("reply-keyboard"), { onEscape: focusDraft });
  document.addEventListener("keydown", writeFromAnywhere);
  listen("language", translate);
  translate();
}

/** Turn to another chat: its commands, and what was being written there. */
export function openComposer(nextKey, nextCommands) {
  if (key !== null) drafts.set(key, draft.value);
  if (key !== nextKey) setDraft(drafts.get(nextKey) ?? "");
  key = nextKey;
  setCommands(nextCommands);
}

export function setCommands(next) {
  commands = next ?? [];
  byId("menu").hidden = commands.length === 0;
}

export function focusDraft() {
  draft.focus({ preventScroll: true });
}

/** Put `text` into the message box for the person to look at and send. */
export function suggest(text) {
  setDraft(text);
  focusDraft();
}

function setDraft(text) {
  draft.value = text;
  onInput();
}

function onInput() {
  draft.style.height = "auto";
  draft.style.height = `${Math.min(draft.scrollHeight, LINES_PIXELS)}px`;
  byId("send").classList.toggle("ready", draft.value.trim() !== "");
  const prefix = readDraft(draft.value) ? null : draft.value.match(/^\/(\w*)$/);
  if (prefix) showCommands(prefix[1].toLowerCase());
  else hideCommands();
}

function submit(event) {
  event.preventDefault();
  const text = draft.value.trim();
  if (!text || readDraft(draft.value)) return;
  setDraft("");
  actions.send(text);
}

function onKey(event) {
  // While an input method composes, Enter picks a character and must not send.
  if (event.isComposing || event.keyCode === 229) return;
  if (onResultKey(event) || (!list.hidden && onCommandKey(event))) return void event.preventDefault();
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    byId("composer").requestSubmit();
  } else if (event.key === "Escape") {
    if (actions.escape()) event.stopPropagation();
  } else if ((event.ctrlKey || event.metaKey) && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    actions.stepReply(event.key === "ArrowUp" ? -1 : 1);
  } else if (event.key === "ArrowUp" && draft.value === "") {
    if (actions.toButtons()) event.preventDefault();
  }
}

/** Keys while the list of commands is open; true when the key was the list's. */
function onCommandKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) setActive((active + step + matching.length) % matching.length);
  else if (event.key === "Escape") hideCommands();
  else if (event.key === "Tab" && matching[Math.max(active, 0)]) setDraft(`/${matching[Math.max(active, 0)].command} `);
  else if (event.key === "Enter" && matching[active]) sendCommand(matching[active]);
  else return false;
  event.stopPropagation();
  return true;
}

function showCommands(prefix) {
  matching = commands.filter((one) => one.command.startsWith(prefix));
  list.replaceChildren(...matching.map(commandItem));
  list.hidden = matching.length === 0;
  byId("menu").setAttribute("aria-expanded", String(!list.hidden));
  setActive(prefix && matching.length > 0 && matching[0].command !== prefix ? 0 : -1);
}

function commandItem(one, index) {
  const press = (event) => {
    event.preventDefault(); // keeps the focus in the message box
    sendCommand(one);
  };
  return el("li", { id: `command-${index}`, class: "command", role: "option", "aria-selected": "false", onmousedown: press },
    el("strong", {}, `/${one.command}`), el("span", {}, one.description));
}

function setActive(index) {
  active = index;
  [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
  if (index < 0) return void draft.removeAttribute("aria-activedescendant");
  draft.setAttribute("aria-activedescendant", `command-${index}`);
  list.children[index]?.scrollIntoView({ block: "nearest" });
}

function hideCommands() {
  list.hidden = true;
  active = -1;
  draft.removeAttribute("aria-activedescendant");
  byId("menu").setAttribute("aria-expanded", "false");
}

function hideCommandsOutside(target) {
  if (byId("composer").contains(target)) return;
  hideCommands();
  hideResults();
}

/** On a touch screen the box is left alone: its focus would bring the keyboard up over the list. */
function toggleMenu() {
  if (!list.hidden) return hideCommands();
  if (!coarse.matches) focusDraft();
  return showCommands("");
}

function sendCommand(one) {
  setDraft("");
  hideCommands();
  actions.send(`/${one.command}`);
}

/** The bot's reply keyboard: rows of labels, of which one may share the phone; no rows takes it away. */
export function setKeyboard(rows, contactLabel = null) {
  const next = JSON.stringify([rows, contactLabel]);
  if (next === shownKeyboard) return;
  shownKeyboard = next;
  keyboardRows = rows;
  const drawn = rows.map((row) => el("div", { class: "button-row" }, row.map((text) => keyboardButton(text, text === contactLabel))));
  byId("reply-keyboard").replaceChildren(...drawn);
  byId("show-keyboard").hidden = rows.length === 0;
  showKeyboard(false);
}

function keyboardButton(text, sharesContact) {
  const press = () => (sharesContact ? actions.shareContact() : actions.send(text));
  return el("button", { type: "button", class: "reply-button", onclick: press }, sharesContact ? icon("phone") : null, el("span", {}, text));
}

function showKeyboard(hidden) {
  keyboardHidden = hidden;
  const shown = keyboardRows.length > 0 && !hidden;
  byId("reply-keyboard").hidden = !shown;
  byId("show-keyboard").setAttribute("aria-expanded", String(shown));
}

/** Choose what is sent besides words: something of one's own, or what a phone makes on the spot. */
async function attach() {
  const chosen = await chooseDeed(["file", "voice", "sticker", "location"].map((kind) => [kind, t(`send_${kind}`)]));
  if (chosen === "file") byId("picture").click();
  else if (chosen) actions.sendOther({ [chosen]: chosen === "location" ? SOMEWHERE : true });
  focusDraft();
}

function pickPicture(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (file) actions.sendFile(file);
}

/** A letter typed while no field has the focus goes into the message box. */
function writeFromAnywhere(event) {
  const busy = document.querySelector("dialog[open]") || event.target.matches?.("input, textarea, select") || byId("composer").hidden;
  if (busy || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
  focusDraft();
}

function translate() {
  label(draft, t("placeholderHint"));
  draft.placeholder = t("placeholder");
  label(byId("attach"), t("attach"));
  label(byId("show-keyboard"), t("showKeyboard"));
}
