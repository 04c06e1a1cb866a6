// SPDX-License-Identifier: GPL-3.0-or-later
// What the desk's page says, in Catalan: short, what happened and what to do.

import { hourOf, isOneOClock } from "/assets/dates.js";

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

/** "Tiquet en català". */
export function ticketLanguage(language) {
  return `Tiquet en ${LANGUAGES[language] ?? language}`;
}

export const CLASSES = { "walk-in": "Sense cita", appointment: "Amb cita", preferential: "Preferent" };

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
  open: "Obrint la taula…",
  close: "Tancant la taula…",
};

/** What was done. `number` is who is at the desk, or was before. */
export function done(action, number) {
  switch (action) {
    case "next": return number ? `Heu cridat ${number}.` : "Ningú no espera.";
    case "recall": return `Heu tornat a cridar ${number}.`;
    case "no-show": return `${number} no s’ha presentat. La taula queda lliure.`;
    case "finish": return `${number} finalitzat. La taula queda lliure.`;
    case "open": return "La taula és oberta.";
    default: return "La taula és tancada.";
  }
}

const REFUSALS = {
  "too-soon": "Ja heu cridat. Espereu 2 segons.",
  expired: "Ha arribat massa tard al servidor de torns i no s’ha fet. Torneu a prémer.",
  "desk-idle": "No hi ha ningú a la taula. Crideu algú primer.",
  "nothing-to-recall": "No hi ha ningú per tornar a cridar. Premeu Següent.",
  "desk-serving": "Encara ateneu algú. Finalitzeu-lo abans de tancar la taula.",
  "unknown-desk": "Aquesta taula ja no existeix. Canvieu de taula.",
  "ticket-not-waiting": "Aquest torn ja no espera. Premeu Següent.",
  "too-many": "Massa peticions seguides. Espereu un moment i torneu-ho a provar.",
  busy: "El servidor de torns va molt ple. Torneu-ho a provar.",
  "store-failed": "El servidor de torns no pot desar res i es reinicia. Espereu un moment i torneu-ho a provar.",
};

/** Why the hub did not do it, and what to do. */
export function refused(code) {
  if (code === null) return "Sense resposta: no sabem si s’ha fet. Mireu el número abans de tornar a prémer.";
  return REFUSALS[code] ?? `El servidor de torns no ho ha acceptat (${code}). Torneu-ho a provar i, si continua, aviseu qui el manté.`;
}

export const ONLY_READS = "En aquesta adreça la pàgina només llegeix. Crideu amb el botó de la taula.";

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
