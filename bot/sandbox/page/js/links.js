/** What a link means: a way into the bot stays in the chat, everything else is an ordinary page. */

import { state } from "./state.js";

const TELEGRAM_HOSTS = new Set(["t.me", "telegram.me", "www.t.me"]);

/**
 * Read an address. Answers `{kind: "start", payload}`, `{kind: "startgroup", payload}`, `{kind: "share", text}`,
 * `{kind: "person"}`, `{kind: "outside", href}`, or null for what must never be followed (`javascript:` and the like).
 */
export function readLink(address) {
  const url = parse(address);
  if (!url) return null;
  if (url.protocol === "tg:") return telegramScheme(url);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  if (TELEGRAM_HOSTS.has(url.hostname)) return telegramPage(url);
  return { kind: "outside", href: url.href };
}

function parse(address) {
  try { return new URL(address); } catch { return null; }
}

function telegramScheme(url) {
  const place = url.hostname || url.pathname.replace(/^\/+/, "");
  if (place === "resolve" && isBot(url.searchParams.get("domain"))) return intoBot(url.searchParams);
  return { kind: "person" };
}

function telegramPage(url) {
  const name = url.pathname.slice(1);
  if (name === "share/url") return { kind: "share", text: shared(url.searchParams) };
  if (isBot(name)) return intoBot(url.searchParams);
  return { kind: "person" };
}

function intoBot(parameters) {
  if (parameters.has("startgroup")) return { kind: "startgroup", payload: parameters.get("startgroup") };
  return { kind: "start", payload: parameters.get("start") ?? "" };
}

const shared = (parameters) => [parameters.get("text"), parameters.get("url")].filter(Boolean).join("\n");

const isBot = (name) => Boolean(name) && name.toLowerCase() === (state.info.bot_username ?? "").toLowerCase();
