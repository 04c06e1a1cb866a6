// SPDX-License-Identifier: GPL-3.0-or-later
// What the desk's page says, in Catalan: short, what happened and what to do.

import { hourOf, isAFew, isOneOClock } from "/assets/dates.js";

/** "les 10.42 h", or "la 1.05 h". */
export function theHour(at, zone) {
  return `${isOneOClock(at, zone) ? "la" : "les"} ${hourOf(at, "ca", zone)}`;
}

/** "4 min 12 s", or "1 h 05 min" from an hour on. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** How many wait, as a sentence; in the past when it is not known any more. */
export function howManyWait(count, stale) {
  if (count === 0) return stale ? "No esperava ningú" : "Ningú no espera";
  if (count === 1) return stale ? "Esperava 1 persona" : "Espera 1 persona";
  return `${stale ? "Esperaven" : "Esperen"} ${count.toLocaleString("ca-ES")} persones`;
}

const LANGUAGES = { ca: "català", es: "castellà", en: "anglès", fr: "francès", ar: "àrab" };

/** The language of a ticket: "català". */
export function languageName(language) {
  return LANGUAGES[language] ?? language;
}

export const DESK_STATES = { closed: "Taula tancada", open: "Taula oberta", serving: "Taula oberta", paused: "Taula en pausa" };

/** What the button of the one filled colour will do. */
export function whatNextDoes(desk, number, waiting) {
  const then = waiting > 0 ? "crida qui toca" : null;
  if (desk.status === "serving") return then ? `Acaba ${number} i ${then}` : `Acaba ${number}. Ningú més no espera`;
  if (!then) return "Ningú no espera";
  return desk.status === "open" ? "Crida qui toca" : `Obre la taula i ${then}`;
}

/** What is being done, until the hub has answered. */
export const DOING = {
  next: "Cridant…",
  recall: "Tornant a cridar…",
  "no-show": "Anotant que no s’ha presentat…",
  finish: "Finalitzant…",
  transfer: "Transferint…",
  park: "Aparcant…",
  resume: "Reprenent…",
  restore: "Recuperant…",
  call: "Cridant…",
  cancel: "Anul·lant…",
  issue: "Demanant un número…",
  "check-in": "Buscant la cita…",
  pause: "Posant la taula en pausa…",
  open: "Obrint la taula…",
  close: "Tancant la taula…",
};

/** What was done. `number` is whom it was about, `to` where it was sent. */
export function done(action, number, to) {
  switch (action) {
    case "next": return number ? `Heu cridat ${number}.` : "Ningú no espera.";
    case "call": return `Heu cridat ${number}.`;
    case "resume": return `Heu reprès ${number}. El tornem a cridar.`;
    case "recall": return `Heu tornat a cridar ${number}.`;
    case "no-show": return `${number} no s’ha presentat. La taula queda lliure.`;
    case "finish": return `${number} finalitzat. La taula queda lliure.`;
    case "transfer": return `${number} transferit a ${to}. Conserva el temps d’espera.`;
    case "park": return `${number} aparcat. Conserva el lloc; el trobareu a la llista.`;
    case "restore": return `${number} torna a ser a la cua, al davant.`;
    case "cancel": return `${number} anul·lat.`;
    case "pause": return "La taula està en pausa: no se li envia ningú.";
    case "open": return "La taula és oberta.";
    default: return "La taula és tancada.";
  }
}

/** How a ticket came, in a word or two; a late check-in goes as one without an appointment. */
export function cameAs(ticket, zone) {
  if (ticket.class === "preferential") return "Preferent";
  if (!ticket.appointment_at) return "Sense cita";
  return `Cita de ${theHour(ticket.appointment_at, zone)}${isLate(ticket) ? ", ha arribat tard" : ""}`;
}

/** Whether it had an hour booked and came too late to keep it: that is how the hub tells it. */
export function isLate(ticket) {
  return ticket.class === "walk-in" && ticket.appointment_at !== null;
}

/** A wait as a range, or that it is not known. Never a single minute, never zero. */
export function waitInWords(wait) {
  if (!wait) return "espera desconeguda";
  return isAFew(wait) ? "pocs minuts" : `entre ${Math.max(1, wait.low_min)} i ${wait.high_min} min`;
}

/** How many are before it. */
export function peopleBefore(count) {
  if (count === 0) return "Ningú davant";
  return count === 1 ? "1 persona davant" : `${count} persones davant`;
}

/** What the page says of an office that gives out no numbers. */
export function officeClosed(opens) {
  return `L’oficina és tancada${opens ? `: obre ${opens}` : ""}. Podeu atendre qui ja té número.`;
}

/** Why nobody is called from this desk by whoever has signed in. */
export function notYourDesk(id, desk) {
  return `Heu entrat com a «${id}», que no pot atendre a «${desk}». Canvieu de taula o sortiu i entreu amb un altre identificador.`;
}

/** What is said when signing out was not done. */
export const STILL_IN = "No s’ha pogut sortir: el servidor de torns no ho ha confirmat. Torneu-ho a provar.";

/** What is said of a desk that is not for whoever has signed in. */
export const NOT_YOURS = "no és vostra";

/** A line of the state of the devices: what it is called, with which drawing. */
export const PARTS = {
  printer: ["Impressora", "printer"],
  screen: ["Pantalla de la sala", "tv"],
  sound: ["So de la sala", "speaker"],
  button: ["Botó", "button"],
};

const AILS = {
  "paper-low": "queda poc paper",
  "paper-out": "sense paper",
  "cover-open": "tapa oberta",
  offline: "apagada o desconnectada",
  silent: "no respon",
  fault: "avariada",
  stuck: "encallat",
  "no-player": "sense so",
  "out-of-date": "cal actualitzar-la",
};

/** How a part of a device is: the words, and whether somebody has to see to it. */
export function partState(state) {
  return state === "ok" ? { words: "en marxa", ails: false } : { words: AILS[state] ?? state, ails: true };
}
