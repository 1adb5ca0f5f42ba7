/** The panel of a group's members: who is in it and what they are, and everything that can be done about it. */

import * as api from "./api.js";
import { avatar, el, icon } from "./dom.js";
import { keepOpen, toast } from "./dialogs.js";
import { t } from "./i18n.js";
import { chat, kindOf, listen, nameOf, state } from "./state.js";

const OTHER_BOT = "other_bot";

let redraw = null;
let doer = ""; // "" for whom one is, or the other bot

listen("chats", () => redraw?.());

/** Open the panel of the open group; it stays in step until it is closed. */
export async function openMembers() {
  doer = "";
  const sheet = el("form", { method: "dialog", class: "sheet members" });
  let drawn = "";
  redraw = () => {
    const now = JSON.stringify([chat()?.members, chat()?.bot, chat()?.title, state.people, doer, document.documentElement.lang]);
    if (now !== drawn) fill(sheet);
    drawn = now;
  };
  redraw();
  await keepOpen(sheet);
  redraw = null;
}

function fill(sheet) {
  const group = chat();
  if (!group?.members) return void sheet.closest("dialog")?.close();
  const inside = new Set(group.members.map((one) => one.id));
  const outside = state.people.filter((one) => !inside.has(one.id));
  const close = el("button", { class: "round", type: "submit", "aria-label": t("close"), autofocus: true }, icon("close"));
  sheet.replaceChildren(
    el("header", { class: "members-head" }, el("h2", { dir: "auto" }, group.title), close),
    el("p", { class: "hint" }, [t(kindOf(group)), t("memberCount", { count: group.members.length })].join(" · ")),
    doerChoice(group),
    el("ul", { class: "member-list" }, botRow(group), [...group.members].sort(byRank).map((one) => memberRow(group, one))),
    ...(outside.length > 0 ? [el("h3", {}, t("notMembers")), el("ul", { class: "member-list" }, outside.map((one) => strangerRow(group, one)))] : []),
    ...(kindOf(group) !== "group" ? [] : [act(t("toSupergroup"), () => api.migrate(group.chat_id), "wide")]),
  );
  if (!sheet.contains(document.activeElement)) close.focus();
}

const RANKS = ["creator", "administrator", "member"];
const byRank = (one, other) => RANKS.indexOf(one.status) - RANKS.indexOf(other.status);

function doerChoice(group) {
  const choice = el("select", { onchange: (event) => { doer = event.target.value; redraw(); } },
    el("option", { value: "" }, group.admin ? t("bySelf") : t("byNobody")), el("option", { value: OTHER_BOT }, t("byOtherBot")));
  choice.value = doer;
  return el("label", { class: "form-field" }, el("span", {}, t("actingAs")), choice);
}

function botRow(group) {
  const { member, admin, can_pin: canPin } = group.bot;
  const change = (action, more = {}) => () => api.changeBot(group.chat_id, { action, ...by(), ...more });
  const words = !member ? t("botOut") : admin ? t(canPin ? "botAdmin" : "botAdminNoPin") : t("member");
  const deeds = [
    !member && act(t("add"), change("add")),
    member && (!admin || !canPin) && act(t("promote"), change("promote")),
    member && (!admin || canPin) && act(t("promoteNoPin"), change("promote", { can_pin: false })),
    admin && act(t("demote"), change("demote")),
    member && act(t("remove"), change("remove"), "bad"),
  ];
  return row(avatar("", 0, "bot"), state.info.institution, words, member && !may(group) ? [] : deeds);
}

function memberRow(group, one) {
  const change = (action, more = by()) => () => api.changeMember(group.chat_id, { id: one.id, action, ...more });
  const self = one.id === state.personId;
  const admin = one.status !== "member";
  const deeds = [
    admin && group.kind === "group" && (self || may(group)) && act(t(one.anonymous ? "named" : "beAnonymous"), change(one.anonymous ? "named" : "anonymous", {})),
    may(group) && !admin && act(t("promote"), change("promote")),
    may(group) && one.status === "administrator" && act(t("demote"), change("demote")),
    may(group) && !self && one.status !== "creator" && act(t("remove"), change("kick"), "bad"),
    self && act(t("leave"), change("leave", {}), "bad"),
  ];
  const role = [t(one.status), one.anonymous ? t("anonymousAdmin") : null, self ? t("you") : null].filter(Boolean).join(" · ");
  return row(avatar(one.name, one.id), one.name, role, deeds);
}

function strangerRow(group, one) {
  const change = (more) => () => api.changeMember(group.chat_id, { id: one.id, action: "join", ...more });
  const deeds = [act(t("join"), change({})), may(group) && act(t("add"), change(doer ? by() : { by: state.personId }))];
  return row(avatar(nameOf(one), one.id), nameOf(one), t("notMember"), deeds);
}

const may = (group) => group.admin || doer === OTHER_BOT;

const by = () => ({ by: doer === OTHER_BOT ? OTHER_BOT : state.personId });

function row(face, name, role, deeds) {
  return el("li", { class: "member" }, face,
    el("span", { class: "member-lines" }, el("strong", { dir: "auto" }, name), el("small", {}, role)),
    el("span", { class: "member-deeds" }, deeds));
}

function act(words, work, kind = "") {
  const press = async (event) => {
    const node = event.currentTarget;
    node.disabled = true;
    try {
      await work();
    } catch (error) {
      toast(t("failed", { why: error.message }), { bad: true });
    }
    if (node.isConnected) node.disabled = false;
  };
  return el("button", { type: "button", class: `deed ${kind}`, onclick: press }, words);
}
