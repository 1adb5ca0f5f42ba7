/**
 * Telegram's HTML to nodes. It is parsed into an inert document, and only what is on the allow-list is built anew
 * here, with no attribute but a checked address. Unknown tags leave their text; scripts and pictures never exist.
 */

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { readLink } from "./links.js";

const TAGS = new Map([
  ["B", "strong"], ["STRONG", "strong"], ["I", "em"], ["EM", "em"], ["U", "u"], ["INS", "u"],
  ["S", "s"], ["STRIKE", "s"], ["DEL", "s"], ["CODE", "code"], ["PRE", "pre"], ["BLOCKQUOTE", "blockquote"],
]);
const SILENT = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "NOSCRIPT", "TEXTAREA", "TITLE", "SVG", "MATH"]);
const VERBATIM = "a, code, pre, button";
const MAX_DEPTH = 24;
const LINKABLE = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]，。；：！？）])|(?<![\w/@<>])(\/[a-z][a-z0-9_]{0,31})(?![\w/])/gi;

/** Nodes for a bot's message; `actions.follow(link)` and `actions.command(text)` answer to links and commands in it. */
export function renderHtml(html, actions) {
  const inert = new DOMParser().parseFromString(html, "text/html");
  const root = document.createDocumentFragment();
  copyChildren(inert.body, root, actions, 0);
  for (const block of root.querySelectorAll("pre, blockquote")) trimAround(block);
  linkify(root, actions);
  return root;
}

/** Nodes for what a person wrote: text, with its links alive. */
export function renderText(text, actions) {
  const root = document.createDocumentFragment();
  root.append(text);
  linkify(root, actions);
  return root;
}

function copyChildren(source, target, actions, depth) {
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) target.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE) copyElement(child, target, actions, depth);
  }
}

function copyElement(source, target, actions, depth) {
  const tag = source.tagName.toUpperCase();
  if (SILENT.has(tag)) return;
  if (tag === "BR") return void target.append("\n");
  if (depth >= MAX_DEPTH) return void target.append(source.textContent);
  const made = allowed(source, tag, actions);
  copyChildren(source, made ?? target, actions, depth + 1);
  if (made) target.append(made);
}

function allowed(source, tag, actions) {
  if (tag === "A") return anchor(source.getAttribute("href") ?? "", actions);
  if (tag === "TG-SPOILER" || (tag === "SPAN" && source.className === "tg-spoiler")) return spoiler();
  return TAGS.has(tag) ? el(TAGS.get(tag)) : null;
}

/** A block begins and ends its line by itself: the line break that Telegram needs beside it would show as an empty line. */
function trimAround(block) {
  const { previousSibling: before, nextSibling: after } = block;
  if (before?.nodeType === Node.TEXT_NODE) before.data = before.data.replace(/\n$/, "");
  if (after?.nodeType === Node.TEXT_NODE) after.data = after.data.replace(/^\n/, "");
}

/** A link: one that leads outside opens a tab of its own, one into the bot is a button of the page. */
function anchor(address, actions) {
  const link = readLink(address);
  if (!link) return null;
  if (link.kind === "person") return el("span", { class: "mention" });
  if (link.kind === "outside") return el("a", { href: link.href, target: "_blank", rel: "noopener noreferrer", title: link.href });
  return el("button", { type: "button", class: "link", onclick: () => actions.follow(link) });
}

function spoiler() {
  const node = el("button", { type: "button", class: "spoiler", "aria-label": t("reveal") });
  node.addEventListener("click", () => {
    node.classList.add("shown");
    node.removeAttribute("aria-label");
  });
  return node;
}

/** Turn bare addresses and /commands in the text into links, as every Telegram client does. */
function linkify(root, actions) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const node of texts) if (!node.parentElement?.closest(VERBATIM)) linkifyText(node, actions);
}

function linkifyText(node, actions) {
  const parts = [];
  let from = 0;
  for (const match of node.data.matchAll(LINKABLE)) {
    const made = match[1] ? anchor(match[1], actions) : command(match[2], actions);
    if (!made) continue;
    if (!made.hasChildNodes()) made.append(match[0]);
    parts.push(node.data.slice(from, match.index), made);
    from = match.index + match[0].length;
  }
  if (parts.length > 0) node.replaceWith(...parts, node.data.slice(from));
}

const command = (text, actions) => el("button", { type: "button", class: "link", onclick: () => actions.command(text) }, text);
