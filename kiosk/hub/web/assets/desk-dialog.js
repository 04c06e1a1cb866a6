// SPDX-License-Identifier: GPL-3.0-or-later
// The desk page's one dialog: where to send somebody, a number looked at, a number given out, a code
// checked in. It asks by `press` and shows what came of it; it knows no rule.

import { hourOf, inLanguage } from "/assets/dates.js";
import { DESK_STATES, cameAs, isLate, languageName, peopleBefore, theHour, waitInWords } from "/assets/desk-words.js";
import { keepingFocus, serviceName } from "/assets/desk-side.js";
import { draw, element, say } from "/assets/element.js";
import { icon } from "/assets/icon.js";

const at = (id) => document.getElementById(id);

// What is open: its kind, the id of the ticket it is about, and the ticket that was given out.
let open = null;

/** Whether it is open. */
export function isOpen() {
  return open !== null;
}

/** Opens it: `transfer`, `issue`, `check-in`, or `look` with a ticket's id. */
export function openDialog(kind, ticketId = null) {
  open = { kind, ticketId, given: null };
  tellInDialog("", true);
  if (!at("dialog").open) at("dialog").showModal();
}

/** Closes it, and gives the focus back to where it was. */
export function closeDialog() {
  at("dialog").close();
  // Its event comes later, and a key that is pressed before that is meant for the page.
  dialogClosed();
}

/** Notes that it is closed, however that came. */
export function dialogClosed() {
  if (at("dialog").open) return;
  open = null;
  draw(at("dialog-body"), null, () => []);
}

/** Says what came of a press, inside it. */
export function tellInDialog(words, well) {
  const place = at("dialog-said");
  place.className = well || !words ? "said" : "said no";
  place.replaceChildren(...(words ? [icon(well ? "check" : "warn"), words] : []));
}

/** Shows the number that was given out. */
export function showGiven(ticket) {
  if (!open) return;
  open.given = ticket;
  tellInDialog("", true);
}

/** Draws what is open from what the hub said; `current` is the ticket at the desk, or null. */
export function drawDialog(hub, desk, current) {
  if (!open) return;
  const { title, data, build } = open.given ? given(hub, open.given) : KINDS[open.kind](hub, desk, open.ticketId ?? current?.service);
  say(at("dialog-title"), title);
  const body = at("dialog-body");
  const empty = body.childElementCount === 0;
  let drawn = false;
  keepingFocus(body, () => (drawn = draw(body, [open.kind, data], build)));
  if (drawn && (empty || open.given)) body.querySelector("input[type=text], button")?.focus();
}

const named = (names, hub) => inLanguage(names, "ca", hub.office.languages);

// A button with a word and what there is to say of it; `does` are its data.
function choice(does, word, more) {
  return element("button", { type: "button", class: "choice", ...does }, element("b", {}, word), more && element("span", {}, more));
}

function choices(title, rows) {
  return rows.length > 0 && element("section", {}, element("h3", {}, title), element("div", { class: "choices" }, rows));
}

function transfer(hub, desk, service) {
  const number = desk.ticket?.split("-").at(-1) ?? "";
  const services = hub.office.services.filter((one) => one.id !== service).map((one) => ({ id: one.id, name: named(one.name, hub) }));
  const desks = hub.office.desks.filter((one) => one.id !== desk.id).map((one) => {
    const status = hub.queue.desks.find((other) => other.id === one.id)?.status;
    return { id: one.id, name: named(one.name, hub), more: status === "closed" || status === "paused" ? DESK_STATES[status].toLowerCase() : null };
  });
  return {
    title: number ? `Transfereix ${number}` : "Ja no hi ha ningú a la taula",
    data: [number, services, desks],
    build: () => (number === "" ? [] : [
      element("p", { class: "why" }, "Conserva el número i el temps que ha esperat."),
      choices("A un servei", services.map((one) => choice({ "data-to-service": one.id }, one.name))),
      choices("A una taula", desks.map((one) => choice({ "data-to-desk": one.id }, one.name, one.more))),
    ].filter(Boolean)),
  };
}

function facts(rows) {
  return element("dl", { class: "facts" }, rows.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value))));
}

function look(hub, desk, ticketId) {
  const ticket = hub.queue.waiting.find((one) => one.id === ticketId);
  const number = ticketId.split("-").at(-1);
  if (!ticket) {
    return { title: number, data: number, build: () => [element("p", { class: "why" }, `${number} ja no espera.`)] };
  }
  const zone = hub.office.time_zone;
  const data = { number, service: serviceName(ticket, hub.office), came: cameAs(ticket, zone), language: languageName(ticket.language), issued: hourOf(ticket.issued_at, "ca", zone), ahead: ticket.ahead, wait: waitInWords(ticket.wait), serving: desk.ticket?.split("-").at(-1) ?? null };
  return {
    title: `${number} · ${data.service}`,
    data,
    build: () => [
      facts([["Com ve", data.came], ["Té número des de", data.issued], ["A la cua", peopleBefore(data.ahead)], ["Li falta", data.wait], ["Tiquet en", data.language]]),
      element("div", { class: "choices" },
        choice({ "data-call": ticketId, class: data.serving ? "choice not-now" : "choice" }, `Crida ${number} ara`, data.serving ? `primer acabeu amb ${data.serving}` : data.ahead > 0 ? `passa davant de ${data.ahead === 1 ? "1 persona" : `${data.ahead} persones`}` : "és qui toca"),
        choice({ "data-cancel": ticketId }, `Anul·la ${number}`, "ha marxat o ja no el vol")),
    ],
  };
}

function issue(hub) {
  const rows = hub.office.services.map((one) => {
    const now = hub.queue.services.find((other) => other.id === one.id);
    const more = one.appointment === "required" ? "només amb cita" : now?.open === false || !hub.queue.open ? "ara no dona torns" : now?.wait ? waitInWords(now.wait) : null;
    return { id: one.id, name: named(one.name, hub), more };
  });
  return {
    title: "Dona un torn",
    data: rows,
    build: () => {
      // A box that is ticked stays so when the waits beside it change.
      const ticked = at("preferential")?.checked ?? false;
      const box = element("input", { type: "checkbox", id: "preferential", checked: ticked });
      return [
        element("label", { class: "tick" }, box, element("span", {}, "Atenció preferent")),
        element("div", { class: "choices" }, rows.map((one) => choice({ "data-issue": one.id }, one.name, one.more))),
      ];
    },
  };
}

function checkIn() {
  return {
    title: "Arriba amb cita",
    data: null,
    build: () => [element("form", { id: "code-form" },
      element("label", { for: "code" }, "Codi de la cita"),
      element("div", { class: "field" },
        element("input", { type: "text", id: "code", name: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "200", required: true }),
        element("button", { type: "submit", class: "small" }, "Dona-li número")))],
  };
}

// A number that was just given out: nothing is printed here, so it has to be told.
function given(hub, ticket) {
  const zone = hub.office.time_zone;
  const hour = ticket.appointment_at && theHour(ticket.appointment_at, zone);
  const isEarly = ticket.class === "appointment" && Date.parse(ticket.due_at) > hub.clock.now();
  const about = !hour ? (ticket.class === "preferential" ? "Atenció preferent." : null)
    : isLate(ticket) ? `Tenia cita a ${hour} i ha arribat tard: espera com qui ve sense cita.`
      : isEarly ? `Té cita a ${hour}: el cridem a partir d’aquesta hora.` : `Té cita a ${hour}.`;
  return {
    title: "Ja té número",
    data: ticket.id,
    build: () => [
      element("p", { class: "given" }, element("b", { class: "num" }, ticket.number), element("span", {}, serviceName(ticket, hub.office))),
      about && element("p", { class: "why" }, about),
      element("p", { class: "why" }, `${peopleBefore(ticket.ahead ?? 0)}, ${waitInWords(ticket.wait)}.`),
      element("p", { class: "why" }, "Aquí no s’imprimeix: digueu-li el número o apunteu-l’hi."),
      element("div", { class: "choices" }, choice({ "data-close": "" }, "D’acord")),
    ].filter(Boolean),
  };
}

const KINDS = { transfer, look, issue, "check-in": checkIn };
