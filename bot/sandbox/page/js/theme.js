/** Light and dark: the system's choice until a person makes one. boot.js sets it before the first paint. */

import { byId, icon } from "./dom.js";
import { label, t } from "./i18n.js";
import { listen } from "./state.js";

const KEY = "susu.theme";
const root = document.documentElement;

export function mountTheme() {
  byId("theme").addEventListener("click", toggle);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", follow);
  listen("language", show);
  show();
}

function toggle() {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem(KEY, root.dataset.theme); } catch { /* private browsing: the choice lasts for this visit */ }
  show();
}

function follow(event) {
  let chosen = null;
  try { chosen = localStorage.getItem(KEY); } catch { /* nothing remembered */ }
  if (chosen) return;
  root.dataset.theme = event.matches ? "dark" : "light";
  show();
}

function show() {
  const dark = root.dataset.theme === "dark";
  byId("theme").replaceChildren(icon(dark ? "sun" : "moon"));
  label(byId("theme"), t(dark ? "toLight" : "toDark"));
}
