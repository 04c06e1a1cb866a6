// SPDX-License-Identifier: GPL-3.0-or-later
// Hours, days, waits and names as each language writes them, in the office's time zone.
// What a sentence around them says is the page's matter.

const LOCALES = { ca: "ca-ES", es: "es-ES", en: "en-GB", fr: "fr-FR", ar: "ar-MA-u-nu-latn" };

function locale(language) {
  return LOCALES[language] ?? language;
}

function hourAndMinute(at, zone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  const parts = Object.fromEntries(format.formatToParts(new Date(at)).map((one) => [one.type, one.value]));
  return { hour: Number(parts.hour), minute: parts.minute };
}

/** The time of day: "10.42 h" in Catalan. `at` is RFC 3339 or milliseconds. */
export function hourOf(at, language, zone) {
  const { hour, minute } = hourAndMinute(at, zone);
  if (language === "es") return `${hour}:${minute}\u00a0h`;
  if (language === "ca") return `${hour}.${minute}\u00a0h`;
  if (language === "fr") return `${hour}\u00a0h\u00a0${minute}`;
  if (language === "ar") return `\u2066${hour}.${minute}\u2069`;
  return `${hour}:${minute}`;
}

/** Whether the hour takes a singular article, "la 1.05 h", in Catalan and Spanish. */
export function isOneOClock(at, zone) {
  return hourAndMinute(at, zone).hour === 1;
}

/** The day with its weekday and without its year: "dimarts, 24 de novembre". */
export function dayOf(at, language, zone) {
  return new Intl.DateTimeFormat(locale(language), { timeZone: zone, weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
}

/** The day in the office's zone, "2026-11-24". */
function dayKey(at, zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));
}

const AN_HOUR = {
  ca: (hour, isOne) => `a ${isOne ? "la" : "les"} ${hour}`,
  es: (hour, isOne) => `a ${isOne ? "la" : "las"} ${hour}`,
  en: (hour) => `at ${hour}`,
  fr: (hour) => `à ${hour}`,
  ar: (hour) => `على الساعة ${hour}`,
};
const TOMORROW = {
  ca: (day, hour) => `demà, ${day}, ${hour}`,
  es: (day, hour) => `mañana, ${day}, ${hour}`,
  en: (day, hour) => `tomorrow, ${day}, ${hour}`,
  fr: (day, hour) => `demain, ${day}, ${hour}`,
  ar: (day, hour) => `غدًا ${day} ${hour}`,
};
const A_DAY = {
  ca: (day, hour) => `${day}, ${hour}`,
  es: (day, hour) => `el ${day}, ${hour}`,
  en: (day, hour) => `on ${day}, ${hour}`,
  fr: (day, hour) => `${day} ${hour}`,
  ar: (day, hour) => `يوم ${day} ${hour}`,
};

/** When something is, seen from `now`, as a sentence goes on with it: "demà, dimecres, a les 9 h". */
export function whenItIs(now, at, language, zone) {
  const spoken = AN_HOUR[language] ? language : "ca";
  const { hour, minute } = hourAndMinute(at, zone);
  const whole = minute === "00" && (spoken === "ca" || spoken === "es" || spoken === "fr");
  const said = AN_HOUR[spoken](whole ? `${hour}\u00a0h` : hourOf(at, spoken, zone), hour === 1).replaceAll(" ", "\u00a0");
  const days = (Date.parse(dayKey(at, zone)) - Date.parse(dayKey(now, zone))) / 86_400_000;
  if (days <= 0) return said;
  if (days > 1) return A_DAY[spoken](dayOf(at, spoken, zone), said);
  return TOMORROW[spoken](new Intl.DateTimeFormat(locale(spoken), { timeZone: zone, weekday: "long" }).format(new Date(at)), said);
}

/** The text in this language, or in the office's first that has it, or in any. */
export function inLanguage(names, language, languages) {
  if (!names) return "";
  const found = [language, ...languages].find((one) => names[one]);
  return (found ? names[found] : Object.values(names)[0]) ?? "";
}

/** Whole minutes from one instant to another, never below 0. */
export function minutesBetween(from, to) {
  return Math.max(0, Math.floor((new Date(to) - new Date(from)) / 60_000));
}

/** Whether a wait may be none and will not be long: then nothing is counted, since nobody is told of zero minutes. */
export function isAFew(wait) {
  return wait.low_min === 0 && wait.high_min <= 10;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const A_WEEK = {
  ca: ([first, last], [from, to]) => `De ${first} a ${last}, de ${from} a ${to} h`,
  es: ([first, last], [from, to]) => `De ${first} a ${last}, de ${from} a ${to} h`,
  en: ([first, last], [from, to]) => `${first} to ${last}, ${from} to ${to}`,
  fr: ([first, last], [from, to]) => `Du ${first} au ${last}, de ${from} à ${to}`,
  ar: ([first, last], [from, to]) => `من ${first} إلى ${last}، من ${from} إلى ${to}`,
};
const AN_END = {
  ca: (hour, minute) => (minute === "00" ? hour : `${hour}.${minute}`),
  es: (hour, minute) => (minute === "00" ? hour : `${hour}:${minute}`),
  en: (hour, minute) => `${hour}:${minute}`,
  fr: (hour, minute) => (minute === "00" ? `${hour} h` : `${hour} h ${minute}`),
  ar: (hour, minute) => `\u2066${hour}.${minute}\u2069`,
};

/** "De dilluns a divendres, de 9 a 14 h", for a week as simple as that; null for any other. */
export function weekOf(hours, language) {
  const spoken = A_WEEK[language] ? language : "ca";
  const open = DAYS.filter((day) => hours[day]?.length > 0);
  const [first, last] = [DAYS.indexOf(open[0]), DAYS.indexOf(open.at(-1))];
  const span = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(hours[open[0]]?.[0] ?? "");
  const isSimple = open.length > 1 && last - first + 1 === open.length && open.every((day) => hours[day].length === 1 && hours[day][0] === span?.[0]);
  if (!isSimple) return null;
  // The 23rd of November 2026 was a Monday.
  const name = (day) => new Intl.DateTimeFormat(locale(spoken), { timeZone: "UTC", weekday: "long" }).format(Date.UTC(2026, 10, 23 + day));
  const end = (hour, minute) => AN_END[spoken](String(Number(hour)), minute);
  return A_WEEK[spoken]([name(first), name(last)], [end(span[1], span[2]), end(span[3], span[4])]);
}
