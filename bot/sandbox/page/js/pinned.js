/** The bar of pinned messages below the chat's head: a press shows the latest, the next press the one before it. */

import { preview } from "./bubble.js";
import { byId, el, icon } from "./dom.js";
import { label, t } from "./i18n.js";

const bar = byId("pinned");

let pinned = [];
let at = 0;
let shown = "";

/** `reveal(id)` brings a message into sight. */
export function mountPinned(reveal) {
  bar.addEventListener("click", () => {
    const one = pinned[at];
    at = (at + 1) % pinned.length;
    draw();
    if (one) reveal(one.message_id);
  });
}

export function showPinned(messages, chatId) {
  const signature = JSON.stringify([chatId, messages.map((one) => [one.message_id, one.changed]), document.documentElement.lang]);
  if (signature === shown) return;
  shown = signature;
  pinned = messages;
  at = 0;
  draw();
}

function draw() {
  bar.hidden = pinned.length === 0;
  if (bar.hidden) return;
  const count = pinned.length > 1 ? ` ${at + 1}/${pinned.length}` : "";
  bar.replaceChildren(icon("pin"),
    el("span", { class: "pinned-lines" }, el("strong", {}, t("pinned") + count), el("span", { dir: "auto" }, preview(pinned[at]).replace(/\s+/g, " "))));
  label(bar, t("showPinned"));
}
