// SPDX-License-Identifier: GPL-3.0-or-later
// The column beside the desk's work: who waits, who was set aside, who was missed and can come back.
// It draws what the hub said; what a press on a number does is decided by desk.js.

import { hourOf, inLanguage, minutesBetween } from "/assets/dates.js";
import { cameAs, howManyWait, isLate, peopleBefore, theHour, waitInWords } from "/assets/desk-words.js";
import { draw, element, say, show } from "/assets/element.js";
import { icon } from "/assets/icon.js";

const CHIPS_MAX = 5;

const at = (id) => document.getElementById(id);

function nameOf(names, office) {
  return inLanguage(names, "ca", office.languages);
}

/** The name of a ticket's service; empty for one that the office no longer has. */
export function serviceName(ticket, office) {
  const service = office.services.find((one) => one.id === ticket.service);
  return service ? nameOf(service.name, office) : "";
}

/** The services that this desk takes people of, with who waits, in the order of calling. */
export function waitingHere(hub, deskId) {
  const { office, queue } = hub;
  const served = office.desks.find((one) => one.id === deskId)?.services ?? null;
  return office.services
    .filter((service) => served === null || served.includes(service.id))
    .map((service) => ({ service, tickets: queue.waiting.filter((one) => one.service === service.id) }));
}

// What a number says of itself: how it came, and how it stands.
function chip(ticket, hub, now) {
  const zone = hub.office.time_zone;
  const hour = ticket.appointment_at ? hourOf(ticket.appointment_at, "ca", zone) : null;
  const isDue = ticket.class === "appointment" && Date.parse(ticket.due_at) <= now;
  const mark = ticket.class === "preferential" ? "preferent" : hour === null ? null : `cita ${hour.replace(/\s*h$/, "")}${isLate(ticket) ? ", tard" : ""}`;
  const spoken = `${ticket.number}: ${cameAs(ticket, zone)}. ${peopleBefore(ticket.ahead)}, ${waitInWords(ticket.wait)}`;
  return { id: ticket.id, number: ticket.number, isDue, mark, booked: hour !== null, spoken };
}

function chipDrawn(one) {
  const button = element("button", { type: "button", class: one.isDue ? "chip-due" : null, "data-look": one.id, title: one.spoken, "aria-label": one.spoken },
    element("b", { class: "num" }, one.number), one.booked && icon("calendar"), one.mark && element("span", {}, one.mark));
  return element("li", {}, button);
}

/** Who waits, by service; what other desks take is only counted. `expanded` has the services shown whole. */
export function drawWaiting(hub, groups, expanded) {
  const stale = hub.staleSince !== null;
  const here = groups.reduce((sum, group) => sum + group.tickets.length, 0);
  const elsewhere = hub.queue.waiting.length - here;
  at("list").classList.toggle("stale", stale);
  say(at("waiting-count"), howManyWait(here, stale));
  say(at("waiting-when"), stale ? `a ${theHour(hub.staleSince, hub.office.time_zone)}` : "ara mateix");
  const now = stale ? hub.staleSince : hub.clock.now();
  const rows = groups.filter((group) => group.tickets.length > 0).map((group, i) => waitingRow(group, i, hub, now, expanded));
  if (elsewhere > 0) rows.push({ name: "Altres taules", how: String(elsewhere), chips: [], more: 0 });
  keepingFocus(at("waiting"), () => draw(at("waiting"), rows, () => rows.map(group)));
}

function waitingRow({ service, tickets }, i, hub, now, expanded) {
  const whole = tickets.length <= CHIPS_MAX || expanded.has(service.id);
  const waited = tickets.map((one) => Date.parse(one.due_at)).filter((due) => due <= now);
  const longest = waited.length > 0 ? ` · ${i === 0 ? "el primer fa" : "fa"} ${minutesBetween(Math.min(...waited), now)} min` : "";
  return {
    id: service.id,
    name: nameOf(service.name, hub.office),
    how: `${tickets.length}${longest}`,
    chips: (whole ? tickets : tickets.slice(0, CHIPS_MAX - 1)).map((one) => chip(one, hub, now)),
    more: whole ? 0 : tickets.length - CHIPS_MAX + 1,
  };
}

function group(row) {
  return element("section", { class: "g" },
    element("div", { class: "hd" }, element("h3", {}, row.name), element("span", {}, row.how)),
    row.chips.length > 0 && element("ol", {}, row.chips.map(chipDrawn),
      row.more > 0 && element("li", {}, element("button", { type: "button", "data-more": row.id, "aria-label": `Mostra’n ${row.more} més` }, `+${row.more}`))));
}

/** Who was set aside, and who was called, did not come and may still. */
export function drawAside(hub) {
  const { parked, restorable } = hub.queue;
  show(at("aside"), parked.length + restorable.length > 0);
  drawRows(hub, { id: "parked", tickets: parked, does: "resume", word: "Reprèn" });
  drawRows(hub, { id: "missed", tickets: restorable, does: "restore", word: "Recupera" });
}

function drawRows(hub, { id, tickets, does, word }) {
  show(at(id), tickets.length > 0);
  const rows = tickets.map((one) => {
    const called = one.called_at ? `, cridat a ${theHour(one.called_at, hub.office.time_zone)}` : "";
    return { id: one.id, number: one.number, about: `${word} ${one.number}: ${serviceName(one, hub.office)}${called}` };
  });
  const place = at(`${id}-rows`);
  keepingFocus(place, () => draw(place, rows, () => rows.map((row) => element("li", {},
    element("button", { type: "button", class: "small", [`data-${does}`]: row.id, title: row.about, "aria-label": row.about }, element("span", {}, word), element("b", { class: "num" }, row.number))))));
}

/** Draws with `drawing`, and gives the focus back to the button that has taken the place of the one it was on. */
export function keepingFocus(place, drawing) {
  const held = document.activeElement;
  const keys = place.contains(held) ? Object.entries(held.dataset) : [];
  if (!drawing() || keys.length === 0) return;
  const same = [...place.querySelectorAll("button")].find((one) => keys.every(([key, value]) => one.dataset[key] === value));
  same?.focus({ preventScroll: true });
}
