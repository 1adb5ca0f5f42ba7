/**
 * The messages of one chat as one person sees them: loads them, shows the newest, adds what is new, redraws what was
 * edited and takes away what was deleted. Nothing that did not change is touched, so a long chat stays fast.
 */

import * as api from "./api.js";
import { bubble, sideOf } from "./bubble.js";
import { byId, el, shortCount } from "./dom.js";
import { label, t } from "./i18n.js";
import { dayKey, dayName, instant } from "./time.js";

const WINDOW_MESSAGES = 80; // drawn at first, and again with each step upwards
const NEAR_PIXELS = 48;
const RUN_SECONDS = 600; // messages of one sender within this time stand together
const STOPS = ".stack :is(button, a)";
const TYPING_MILLISECONDS = 6000;
const FOUND_MILLISECONDS = 1500;

const log = byId("log");
const list = byId("messages");

export class Conversation {
  /** `view`: `{chatId, formerId, personId, inGroup, unread}`; `actions`: those of a bubble, and `changed()` after each change. */
  constructor(view, actions) {
    this.view = { ...view, find: (id) => this.shown.get(id)?.message };
    this.actions = actions;
    this.shown = new Map(); // message id → { message, signature, node, separator }, oldest first
    this.older = []; // known, not drawn yet
    this.sending = new Set();
    this.wantedAfter = null;
    this.refreshing = false;
    this.newsWhileLoading = false; // what comes then may be missing from what is being loaded
    this.stuck = true; // to the newest message
    this.top = 0; // where the log was scrolled to
    this.missed = 0;
    this.closed = false;
    this.watchScrolling();
  }

  /** Fetch everything, draw the newest part, and put a line before what is unread. */
  async load() {
    list.replaceChildren();
    this.countMissed(0);
    this.hideTyping();
    const messages = [...(await this.former()), ...(await api.messages(this.view.chatId, 0))].filter((one) => !one.deleted);
    if (this.closed) return;
    const newest = messages.splice(-Math.max(WINDOW_MESSAGES, this.view.unread));
    this.older = messages;
    for (const message of newest) this.append(message);
    this.drawUnreadLine();
    this.loaded = true;
    this.actions.changed();
    if (this.newsWhileLoading) await this.refresh({ older: true });
  }

  /** What was said before the group became a supergroup. Its numbers are the old group's: here they count up to 0. */
  async former() {
    if (!this.view.formerId) return [];
    const messages = await api.messages(this.view.formerId, 0);
    if (messages.at(-1)?.notice) messages.pop(); // that it became a supergroup, which the new chat says as well
    const shift = (messages.at(-1)?.message_id ?? 0) + 1;
    const moved = (id) => (id ? id - shift : id);
    return messages.map((one) => ({ ...one, original: one.message_id, message_id: moved(one.message_id), reply_to: moved(one.reply_to) }));
  }

  close() {
    this.closed = true;
    this.observer.disconnect();
    this.listening.abort();
    clearTimeout(this.typingTimer);
    this.hideTyping();
  }

  get lastId() {
    return [...this.shown.keys()].at(-1) ?? 0;
  }

  get firstId() {
    return this.shown.keys().next().value ?? 1;
  }

  get messages() {
    return [...this.shown.values()].map((entry) => entry.message);
  }

  get isEmpty() {
    return this.shown.size === 0 && this.sending.size === 0;
  }

  /** Ask for what came after the last message, or, when something older may have changed, for all that is drawn. */
  async refresh({ older = false } = {}) {
    if (!this.loaded) return void (this.newsWhileLoading = true);
    const after = Math.max(0, older ? this.firstId - 1 : this.lastId);
    this.wantedAfter = Math.min(this.wantedAfter ?? after, after);
    if (this.refreshing) return;
    this.refreshing = true;
    while (this.wantedAfter !== null && !this.closed) await this.fetchWanted();
    this.refreshing = false;
  }

  async fetchWanted() {
    await Promise.allSettled(this.sending);
    const after = this.wantedAfter;
    this.wantedAfter = null;
    const messages = await api.messages(this.view.chatId, Math.max(0, after)).catch(() => null);
    if (messages && !this.closed) this.merge(messages, after);
  }

  /** Show `text` at once, send it with `post`, and put the server's message in its place. */
  async send(text, post) {
    const pending = this.drawPending(text);
    const sending = post();
    this.sending.add(sending);
    this.stick();
    this.actions.changed();
    try {
      const message = await sending;
      this.sending.delete(sending);
      pending?.remove();
      if (!this.loaded) this.newsWhileLoading = true;
      else if (!this.closed) this.merge([message], this.lastId);
    } catch (error) {
      this.sending.delete(sending);
      pending?.classList.add("unsent");
      throw error;
    }
  }

  drawPending(text) {
    if (!text) return null;
    const node = bubble({ message_id: 0, from_bot: false, text }, this.view, this.actions);
    node.classList.add("pending");
    list.append(node);
    return node;
  }

  /** Bring what is drawn in line with `messages`, everything the server has after the id `after`. */
  merge(messages, after) {
    const alive = messages.filter((message) => !message.deleted);
    const ids = new Set(alive.map((message) => message.message_id));
    const gone = [...this.shown.keys()].filter((id) => id > after && !ids.has(id));
    const fresh = alive.filter((message) => !this.shown.has(message.message_id));
    for (const message of alive) this.update(message);
    for (const message of fresh) this.append(message, { fresh: true });
    for (const id of gone) this.remove(id);
    if (gone.length > 0) this.arrange();
    this.noticeFresh(fresh.filter((message) => sideOf(message, this.view) !== "own").length);
    this.actions.changed();
  }

  noticeFresh(count) {
    if (count > 0) this.hideTyping();
    if (!this.stuck) this.countMissed(this.missed + count);
  }

  append(message, { fresh = false } = {}) {
    const previous = [...this.shown.values()].at(-1);
    const entry = this.draw(message);
    if (fresh) entry.node.classList.add("fresh");
    list.append(entry.node);
    this.shown.set(message.message_id, entry);
    this.join(previous, entry);
  }

  draw(message) {
    return { message, signature: JSON.stringify(message), node: bubble(message, this.view, this.actions), separator: null };
  }

  /** Redraw an edited message in its place; the focus stays on the button that has it. */
  update(message) {
    const entry = this.shown.get(message.message_id);
    if (!entry || entry.signature === JSON.stringify(message)) return;
    const stops = [...entry.node.querySelectorAll(STOPS)];
    const focused = stops.indexOf(document.activeElement);
    const drawn = this.draw(message);
    drawn.node.classList.toggle("follows", entry.node.classList.contains("follows"));
    entry.node.replaceWith(drawn.node);
    Object.assign(entry, { message, signature: drawn.signature, node: drawn.node });
    if (focused >= 0) (drawn.node.querySelectorAll(STOPS)[focused] ?? byId("draft")).focus();
  }

  remove(id) {
    const entry = this.shown.get(id);
    const focused = entry.node.contains(document.activeElement);
    entry.separator?.remove();
    entry.node.remove();
    this.shown.delete(id);
    if (focused) byId("draft").focus();
  }

  arrange() {
    let previous;
    for (const entry of this.shown.values()) {
      this.join(previous, entry);
      previous = entry;
    }
  }

  /** Put the day between two messages of different days, and messages of one sender close together. */
  join(previous, entry) {
    const date = instant(entry.message.date);
    const before = instant(previous?.message.date);
    const newDay = date !== null && (!before || dayKey(before) !== dayKey(date));
    if (newDay && !entry.separator) {
      entry.separator = el("li", { class: "day", data: { date: date.toISOString() } }, el("span", {}, dayName(date)));
      entry.node.before(entry.separator);
    } else if (!newDay && entry.separator) {
      entry.separator.remove();
      entry.separator = null;
    }
    const together = previous && !newDay && previous.node.dataset.sender === entry.node.dataset.sender;
    entry.node.classList.toggle("follows", Boolean(together) && (!date || !before || (date - before) / 1000 < RUN_SECONDS));
  }

  /** "Today" has become "Yesterday": say the days again. */
  renameDays() {
    for (const node of list.querySelectorAll(".day")) node.firstChild.textContent = dayName(new Date(node.dataset.date));
  }

  drawUnreadLine() {
    const incoming = [...this.shown.values()].filter((entry) => sideOf(entry.message, this.view) !== "own");
    const first = this.view.unread > 0 ? incoming.at(-this.view.unread) : null;
    this.toNewest();
    if (!first) return;
    const line = el("li", { class: "unread-line" }, el("span", {}, t("newMessages")));
    (first.separator ?? first.node).before(line);
    line.scrollIntoView({ block: "center" });
    this.stuck = this.isNear();
  }

  /** Draw a further part of the past above, without moving what is being read. */
  drawOlder() {
    const part = this.older.splice(-WINDOW_MESSAGES);
    if (part.length === 0) return;
    const height = log.scrollHeight;
    const drawn = part.map((message) => [message.message_id, this.draw(message)]);
    list.prepend(...drawn.map(([, entry]) => entry.node));
    this.shown = new Map([...drawn, ...this.shown]);
    this.arrange();
    log.scrollTop += log.scrollHeight - height;
    this.refresh({ older: true });
  }

  /** Say every word again, after the page's language changed. */
  redraw() {
    for (const entry of this.shown.values()) {
      entry.separator?.remove();
      entry.separator = null;
      entry.signature = "";
      this.update(entry.message);
    }
    list.querySelector(".unread-line")?.remove();
    this.arrange();
    this.countMissed(this.missed);
  }

  /** The first button of the newest message that has any: where the arrow key leads from an empty message box. */
  firstButton() {
    return [...this.shown.values()].findLast((entry) => entry.node.querySelector(".inline"))?.node.querySelector(".inline") ?? null;
  }

  /** Bring a message into sight, drawing the past as far as it takes. */
  reveal(id) {
    while (!this.shown.has(id) && this.older.length > 0) this.drawOlder();
    const node = this.shown.get(id)?.node;
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("found");
    setTimeout(() => node?.classList.remove("found"), FOUND_MILLISECONDS);
  }

  /** The message `step` away from `id` among those drawn, from the newest when `id` is null. */
  neighbour(id, step) {
    const ids = [...this.shown.keys()];
    const at = id === null ? ids.length : ids.indexOf(id);
    return this.shown.get(ids[at + step])?.message ?? null;
  }

  mark(id) {
    list.querySelector(".chosen")?.classList.remove("chosen");
    const node = this.shown.get(id)?.node;
    node?.classList.add("chosen");
    node?.scrollIntoView({ block: "nearest" });
  }

  showTyping() {
    byId("typing").hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.hideTyping(), TYPING_MILLISECONDS);
    this.actions.typing(true);
  }

  hideTyping() {
    byId("typing").hidden = true;
    this.actions.typing(false);
  }

  watchScrolling() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    log.addEventListener("scroll", () => this.scrolled(), { signal, passive: true });
    byId("jump").addEventListener("click", () => this.stick(), { signal });
    this.observer = new ResizeObserver(() => this.stuck && this.toNewest());
    this.observer.observe(list);
    this.observer.observe(log);
  }

  scrolled() {
    // A smaller window also leaves the end out of sight, without anybody having scrolled: only upwards lets go of it.
    if (this.isNear()) this.stuck = true;
    else if (log.scrollTop < this.top) this.stuck = false;
    this.top = log.scrollTop;
    if (this.stuck) this.countMissed(0);
    byId("jump").hidden = this.stuck;
    if (log.scrollTop < NEAR_PIXELS && this.older.length > 0 && !this.stuck) this.drawOlder();
  }

  isNear() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PIXELS;
  }

  stick() {
    this.stuck = true;
    this.toNewest();
  }

  toNewest() {
    log.scrollTop = log.scrollHeight;
  }

  countMissed(count) {
    this.missed = count;
    byId("jump").hidden = this.stuck;
    byId("jump-badge").hidden = count === 0;
    byId("jump-badge").textContent = shortCount(count);
    label(byId("jump"), count > 0 ? t("newCount", { count }) : t("toNewest"));
  }
}
