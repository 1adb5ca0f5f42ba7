/** The sandbox's clock: it shows the institution's date and hour, and lets time pass. */

import * as api from "./api.js";
import { toast } from "./dialogs.js";
import { byId, el, icon } from "./dom.js";
import { label, t } from "./i18n.js";
import { announce, listen, state } from "./state.js";
import { hour, longDate, monthLater, plainDate, sandboxNow, shortDate } from "./time.js";

const TICK_MILLISECONDS = 5000;
const STEPS = [["plusHour", () => ({ hours: 1 })], ["plusDay", () => ({ days: 1 })], ["plusMonth", () => ({ to: monthLater(sandboxNow()) })]];

export function mountClock() {
  const views = [clockView(byId("clock-side")), clockView(byId("clock-pop"))];
  const show = () => {
    for (const view of views) view.show();
    showChip();
  };
  for (const topic of ["clock", "language", "info"]) listen(topic, show);
  setInterval(show, TICK_MILLISECONDS);
  mountPopover();
  show();
}

/** Take what the server says the time is. */
export function setClock(answer) {
  state.clock = { now: new Date(answer.now), businessDate: answer.business_date, read: performance.now() };
  announce("clock");
}

export async function refreshClock() {
  setClock(await api.clock());
}

async function travel(step) {
  if (state.travelling) return;
  state.travelling = true;
  announce("clock");
  try {
    setClock(await api.advance(step()));
  } catch (error) {
    toast(t("failed", { why: error.message }), { bad: true });
  } finally {
    state.travelling = false;
    announce("clock");
    announce("travelled");
  }
}

function clockView(root) {
  const time = el("strong", { class: "clock-hour" });
  const date = el("span", { class: "clock-date" });
  const business = el("span", { class: "clock-business" });
  const hint = el("p", { class: "clock-hint", role: "status" });
  const steps = STEPS.map(([word, step]) => el("button", { type: "button", data: { step: word }, onclick: () => travel(step) }));
  root.append(el("p", { class: "clock-face" }, time, el("span", { class: "clock-dates" }, date, business)),
    el("div", { class: "clock-steps", role: "group" }, steps), el("div", { class: "clock-bar", "aria-hidden": "true" }), hint);
  const show = () => {
    root.classList.toggle("travelling", state.travelling);
    root.setAttribute("aria-busy", String(state.travelling));
    for (const button of steps) {
      button.textContent = t(button.dataset.step);
      button.disabled = state.travelling || !state.clock;
    }
    hint.textContent = t(state.travelling ? "travelling" : "clockHint");
    if (!state.clock) return;
    time.textContent = hour(sandboxNow());
    date.textContent = longDate(sandboxNow());
    business.textContent = `${t("businessDate")} ${state.clock.businessDate ? plainDate(state.clock.businessDate) : ""}`;
  };
  return { show };
}

function showChip() {
  if (!state.clock) return;
  const chip = byId("clock-chip");
  const now = sandboxNow();
  chip.replaceChildren(icon("clock"), el("span", {}, `${shortDate(now)} ${hour(now)}`));
  chip.classList.toggle("travelling", state.travelling);
  label(chip, `${t("clock")}: ${longDate(now)} ${hour(now)}`);
}

/** On a phone the clock hides behind a chip in the chat's head. */
function mountPopover() {
  const chip = byId("clock-chip");
  const pop = byId("clock-pop");
  const set = (open) => {
    pop.hidden = !open;
    chip.setAttribute("aria-expanded", String(open));
  };
  chip.addEventListener("click", () => set(pop.hidden));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || pop.hidden) return;
    event.stopPropagation();
    set(false);
    chip.focus();
  }, { capture: true });
  document.addEventListener("pointerdown", (event) => {
    if (!pop.hidden && !pop.contains(event.target) && !chip.contains(event.target)) set(false);
  });
}
