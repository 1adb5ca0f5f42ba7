/** Dates and hours as people read them, in the institution's zone: the day that money is counted in. */

import { language, t } from "./i18n.js";
import { state } from "./state.js";

const DEFAULT_ZONE = "Asia/Shanghai";
const formats = new Map();

const zone = () => state.info.zone ?? DEFAULT_ZONE;

function format(options) {
  const key = JSON.stringify([language(), zone(), options]);
  if (!formats.has(key)) {
    const locale = language() === "zh" ? "zh-CN" : "en-GB";
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone(), ...options }));
  }
  return formats.get(key);
}

/** An instant of the API, seconds or ISO text, as a Date; null when there is none. */
export function instant(value) {
  if (value === null || value === undefined) return null;
  return new Date(typeof value === "number" ? value * 1000 : value);
}

export const hour = (date) => format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(date);

export const longDate = (date) => format({ weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(date);

export const shortDate = (date) => format({ day: "numeric", month: "short" }).format(date);

/** A business date, `YYYY-MM-DD`: a day without an hour, so no zone may shift it. */
export const plainDate = (text) => {
  const locale = language() === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short" }).format(new Date(`${text}T00:00:00Z`));
};

/** `YYYY-MM-DD` of an instant in the institution's zone. */
export function dayKey(date) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(date);
}

/** "Today", "Yesterday" or the date, by the sandbox's clock and not this machine's. */
export function dayName(date) {
  const now = sandboxNow();
  if (dayKey(date) === dayKey(now)) return t("today");
  if (dayKey(date) === dayKey(new Date(now.getTime() - 86_400_000))) return t("yesterday");
  const sameYear = dayKey(date).slice(0, 4) === dayKey(now).slice(0, 4);
  return format({ day: "numeric", month: "long", ...(sameYear ? { weekday: "short" } : { year: "numeric" }) }).format(date);
}

/** For a list: the hour of today's, the date of older ones. */
export const listTime = (date) => (dayKey(date) === dayKey(sandboxNow()) ? hour(date) : shortDate(date));

/** The sandbox's time now: what the server last said, and what has passed since. */
export function sandboxNow() {
  if (!state.clock) return new Date();
  return new Date(state.clock.now.getTime() + performance.now() - state.clock.read);
}

/** The same hour one calendar month after `date` in the institution's zone, as ISO text; a 31st becomes the last day. */
export function monthLater(date) {
  const [year, month, day, ...hours] = zoneParts(date);
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const wanted = Date.UTC(year, month, Math.min(day, lastDay), ...hours); // `month` counts from 1, so this is the next one
  return new Date(wanted - zoneOffset(new Date(wanted))).toISOString();
}

function zoneParts(date) {
  const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" };
  const named = new Intl.DateTimeFormat("en-US", { timeZone: zone(), ...parts }).formatToParts(date);
  return Object.keys(parts).slice(0, 6).map((name) => Number(named.find((part) => part.type === name).value));
}

/** How far the zone's hands are ahead of UTC at `date`, in milliseconds. */
function zoneOffset(date) {
  const [year, month, ...rest] = zoneParts(date);
  return Date.UTC(year, month - 1, ...rest) - Math.floor(date.getTime() / 1000) * 1000;
}
