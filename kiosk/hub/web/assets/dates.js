// SPDX-License-Identifier: GPL-3.0-or-later
// Hours, days and names as each language writes them, in the office's time zone.
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
