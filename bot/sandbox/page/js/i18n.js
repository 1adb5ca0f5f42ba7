/** The page's own words in English and Chinese. What the bot says is the bot's, in the person's language. */

import { announce } from "./state.js";

const KEY = "susu.language";

const WORDS = {
  en: {
    skip: "Skip to the message box",
    people: "People you can be",
    newPerson: "New person",
    newPersonShort: "New",
    chats: "Chats",
    newGroup: "New group",
    back: "Back to the chats",
    messages: "Messages",
    commands: "Commands",
    menu: "Menu",
    send: "Send",
    sendPicture: "Send a picture",
    placeholder: "Message",
    placeholderHint: "Write a message, or / for commands",
    showKeyboard: "Show or hide the buttons",
    switchLanguage: "中文",
    switchLanguageLabel: "把页面换成中文",
    toDark: "Dark colours",
    toLight: "Light colours",
    clock: "The sandbox's clock",
    businessDate: "Business date",
    clockHint: "Let time pass: income, due dates and reminders happen on the way.",
    plusHour: "+1 hour",
    plusDay: "+1 day",
    plusMonth: "+1 month",
    travelling: "Travelling…",
    pin: "Everybody’s PIN is {pin}",
    pinLabel: "Everybody’s PIN is {pin}. Write it into the message box.",
    operator: "operator",
    customer: "customer",
    stranger: "new here",
    bot: "bot",
    group: "group",
    typing: "typing…",
    today: "Today",
    yesterday: "Yesterday",
    edited: "edited",
    newMessages: "New messages",
    newCount: ({ count }) => (count === 1 ? "1 new message" : `${count} new messages`),
    toNewest: "To the newest message",
    you: "You",
    waking: "Susu is waking up",
    wakingHint: "The chat is here already; the bot needs a few more seconds.",
    wakingBar: "Susu is waking up. What you write is answered in a moment.",
    offline: "No connection to Susu. Trying again…",
    startTitle: "Hello, {name}",
    startHint: "Borrow, invest, pay friends and save together, by talking.",
    start: "Start",
    groupHint: "Nothing has been said here yet. Write the first message.",
    chooseChat: "Choose a chat",
    noAnswer: "No answer yet.",
    notSent: "Not sent: {why}",
    failed: "That did not work: {why}",
    ok: "OK",
    cancel: "Cancel",
    close: "Close",
    save: "Save the file",
    enlarge: "Enlarge the picture",
    picture: "Picture",
    document: "Document",
    contact: "Phone number",
    reply: "Reply",
    replyOff: "Do not reply",
    reveal: "Hidden text, press to show",
    opensOutside: "opens in a new tab",
    personTitle: "A new person",
    personHint: "A stranger to Susu: they begin with /start.",
    firstName: "First name",
    lastName: "Last name",
    username: "Username",
    language: "Language",
    phone: "Phone",
    create: "Create",
    groupTitle: "A new group",
    groupHintNew: "The bot is a member from the start, and you are the group's admin.",
    groupName: "Name",
    members: "Members",
    unread: ({ count }) => `${count} unread`,
    noPeople: "The people arrive with the bot.",
  },
  zh: {
    skip: "跳到输入框",
    people: "可以扮演的人",
    newPerson: "新的人",
    newPersonShort: "新增",
    chats: "聊天",
    newGroup: "新建群组",
    back: "返回聊天列表",
    messages: "消息",
    commands: "命令",
    menu: "菜单",
    send: "发送",
    sendPicture: "发送图片",
    placeholder: "消息",
    placeholderHint: "输入消息，或输入 / 查看命令",
    showKeyboard: "显示或隐藏按钮",
    switchLanguage: "EN",
    switchLanguageLabel: "Show the page in English",
    toDark: "深色",
    toLight: "浅色",
    clock: "沙盒时钟",
    businessDate: "营业日",
    clockHint: "让时间流逝：收益、还款日和提醒都会依次发生。",
    plusHour: "+1 小时",
    plusDay: "+1 天",
    plusMonth: "+1 个月",
    travelling: "时间流逝中…",
    pin: "所有人的 PIN 都是 {pin}",
    pinLabel: "所有人的 PIN 都是 {pin}。点击填入输入框。",
    operator: "运营",
    customer: "客户",
    stranger: "新用户",
    bot: "机器人",
    group: "群组",
    typing: "正在输入…",
    today: "今天",
    yesterday: "昨天",
    edited: "已编辑",
    newMessages: "新消息",
    newCount: ({ count }) => `${count} 条新消息`,
    toNewest: "到最新消息",
    you: "我",
    waking: "速速正在醒来",
    wakingHint: "聊天页面已就绪，机器人还需要几秒钟。",
    wakingBar: "速速正在醒来，你发的消息马上会得到回复。",
    offline: "与速速的连接已断开，正在重试…",
    startTitle: "你好，{name}",
    startHint: "借钱、理财、转账、一起攒钱，聊聊就办好。",
    start: "开始",
    groupHint: "这里还没有消息，来说第一句吧。",
    chooseChat: "请选择一个聊天",
    noAnswer: "还没有回应。",
    notSent: "未发送：{why}",
    failed: "没有成功：{why}",
    ok: "好",
    cancel: "取消",
    close: "关闭",
    save: "保存文件",
    enlarge: "放大图片",
    picture: "图片",
    document: "文件",
    contact: "手机号",
    reply: "回复",
    replyOff: "取消回复",
    reveal: "隐藏文字，按下显示",
    opensOutside: "在新标签页打开",
    personTitle: "新的人",
    personHint: "速速还不认识的人：从 /start 开始。",
    firstName: "名字",
    lastName: "姓氏",
    username: "用户名",
    language: "语言",
    phone: "手机号",
    create: "创建",
    groupTitle: "新建群组",
    groupHintNew: "机器人一开始就在群里，你是群管理员。",
    groupName: "群名",
    members: "成员",
    unread: ({ count }) => `${count} 条未读`,
    noPeople: "机器人醒来后，大家就到了。",
  },
};

export const languages = Object.keys(WORDS);

export const keys = (one) => Object.keys(WORDS[one]);

export const language = () => (document.documentElement.lang === "zh" ? "zh" : "en");

/** The page's word for `key`, with `{name}` places filled from `values`. */
export function t(key, values = {}) {
  const word = WORDS[language()][key];
  if (typeof word === "function") return word(values);
  return word.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Write the words into the parts of index.html that carry `data-i18n` or `data-i18n-label`. */
export function translatePage(root = document) {
  for (const node of root.querySelectorAll("[data-i18n]")) node.textContent = t(node.dataset.i18n);
  for (const node of root.querySelectorAll("[data-i18n-label]")) label(node, t(node.dataset.i18nLabel));
}

/** Name a control for assistive technology, and for the pointer that rests on it. */
export function label(node, words) {
  node.setAttribute("aria-label", words);
  if (node.matches("button, label, a")) node.title = words;
}

export function toggleLanguage() {
  document.documentElement.lang = language() === "en" ? "zh" : "en";
  try { localStorage.setItem(KEY, language()); } catch { /* private browsing: the choice lasts for this visit */ }
  translatePage();
  announce("language");
}

/** The short tag that shows which language a person speaks with the bot. */
export const languageTag = (code) => ({ zh: "中", en: "EN" })[(code ?? "en").slice(0, 2)] ?? code.slice(0, 2).toUpperCase();
