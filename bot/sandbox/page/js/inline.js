/** Inline mode: while the draft reads `@bot …`, what the bot offers stands above the message box. */

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { t } from "./i18n.js";
import { state } from "./state.js";

const PAUSE_MILLISECONDS = 250; // between the last letter and the question

const list = byId("results");

let actions;
let place = null; // { chatId, personId }
let asked = null; // the query that is shown or on its way
let timer = 0;
let active = -1;
let shown = { results: [], button: null, next_offset: "" };

/** `actions`: `{picking(), picked(), failed(error), start(payload)}`. */
export function mountInline(given) {
  actions = given;
}

/** Turn to another chat. */
export function placeInline(chatId, personId) {
  place = { chatId, personId };
  hideResults();
}

/** Read the draft: true when it is an inline query, whose results are then on their way. */
export function readDraft(draft) {
  const query = queryIn(draft);
  if (query === null) {
    hideResults();
    return false;
  }
  if (query === asked) return true;
  asked = query;
  clearTimeout(timer);
  timer = setTimeout(() => ask(query), PAUSE_MILLISECONDS);
  return true;
}

/** What stands after `@bot `; null when the draft does not begin so. */
function queryIn(draft) {
  const begin = `@${state.info.bot_username ?? ""} `.toLowerCase();
  return begin.length > 2 && draft.toLowerCase().startsWith(begin) ? draft.slice(begin.length).trimStart() : null;
}

async function ask(query, offset = "") {
  const { chatId, personId } = place;
  if (!offset) show([el("li", { class: "results-note" }, t("asking"))]);
  try {
    const answer = await api.askInline(chatId, personId, query, offset);
    if (query !== asked || place.chatId !== chatId) return;
    shown = offset ? { ...answer, results: [...shown.results, ...answer.results] } : answer;
    draw(query);
  } catch (error) {
    if (query === asked) hideResults();
    actions.failed(error);
  }
}

function draw(query) {
  const { button, results, next_offset: more } = shown;
  const top = button ? [row(button.text, null, "results-button", () => lead(button))] : [];
  const bottom = more ? [row(t("moreResults"), null, "results-button", () => ask(query, more))] : [];
  const none = results.length + top.length === 0 ? [el("li", { class: "results-note" }, t("noResults"))] : [];
  show([...top, ...results.map((one) => row(one.title ?? t("result"), one.description, "result", () => pick(one))), ...bottom, ...none]);
}

function row(title, description, kind, press) {
  const onmousedown = (event) => event.preventDefault(); // keeps the focus in the message box
  return el("li", { class: kind, role: "option", "aria-selected": "false", onmousedown, onclick: press },
    el("strong", { dir: "auto" }, title), description ? el("span", { dir: "auto" }, description) : null);
}

function show(rows) {
  list.replaceChildren(...rows);
  list.hidden = false;
  active = -1;
}

export function hideResults() {
  clearTimeout(timer);
  asked = null;
  list.hidden = true;
  list.replaceChildren();
}

/** Keys while the results are open; true when the key was theirs. */
export function onResultKey(event) {
  if (list.hidden) return false;
  const rows = [...list.querySelectorAll("[role=option]")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && rows.length > 0) choose(rows, active < 0 && step < 0 ? rows.length - 1 : (active + step + rows.length) % rows.length);
  else if (event.key === "Escape") hideResults();
  else if (event.key === "Enter" && !event.shiftKey) rows[active]?.click(); // a query itself is never sent
  else return false;
  event.stopPropagation();
  return true;
}

function choose(rows, index) {
  active = index;
  rows.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
  rows[index].scrollIntoView({ block: "nearest" });
}

async function pick(one) {
  const { chatId, personId } = place;
  hideResults();
  actions.picking();
  try {
    await api.pickInline(chatId, personId, one.id);
    actions.picked();
  } catch (error) {
    actions.failed(error);
  }
}

function lead(button) {
  hideResults();
  actions.start(button.start_parameter ?? "");
}
