// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the desk's page from what the hub said. It sends nothing and decides nothing.

import { hourOf, inLanguage, minutesBetween } from "/assets/dates.js";
import { CLASSES, DESK_STATES, ONLY_READS, PARTS, duration, howManyWait, partState, theHour, ticketLanguage, whatNextDoes } from "/assets/desk-words.js";
import { draw, element, mark, say, show } from "/assets/element.js";
import { icon } from "/assets/icon.js";

const CHIPS_MAX = 5;
// What is drawn as "not now" while nobody is at the desk. A press asks the hub all the same.
const NEEDS_SOMEBODY = new Set(["recall", "no-show", "finish"]);

const at = (id) => document.getElementById(id);

/** The number in a ticket's id: `A007` of `2026-11-24-A007`. */
export function numberOf(ticketId) {
  return ticketId.split("-").at(-1);
}

function nameOf(names, office) {
  return inLanguage(names, "ca", office.languages);
}

/** The desks to choose from. `choose(id)` is called with the one pressed. */
export function drawChooser(hub, why, choose) {
  say(at("choose-why"), why ?? "");
  show(at("choose-why"), Boolean(why));
  const rows = hub.office.desks.map((desk) => {
    const now = hub.queue.desks.find((one) => one.id === desk.id);
    const status = now?.status === "serving" ? `Atén ${numberOf(now.ticket)}` : (DESK_STATES[now?.status] ?? "");
    return { id: desk.id, name: nameOf(desk.name, hub.office), status };
  });
  draw(at("desks"), rows, () => rows.map((row) => {
    const button = element("button", { type: "button", "data-desk": row.id }, element("b", {}, row.name), element("span", {}, row.status));
    button.addEventListener("click", () => choose(row.id));
    return element("li", {}, button);
  }));
}

/** The bar on top: which desk, whether the hub is heard, whether the desk is open. */
export function drawBar(hub, deskName, desk) {
  say(at("desk-name"), deskName);
  const stale = hub.staleSince !== null;
  mark(at("link"), "class", stale ? "st chip" : "st");
  draw(at("link"), stale, () => (stale ? [icon("offline"), "Sense connexió"] : [icon("check"), "Connectat"]));
  show(at("desk-state"), Boolean(desk));
  if (desk) draw(at("desk-state"), DESK_STATES[desk.status], (words) => [icon("door"), words]);
}

/** What goes on by the clock: the hour, the running time, how long the first ones have waited. */
export function drawTime(hub, desk) {
  const zone = hub.office.time_zone;
  const now = hub.clock.now();
  say(at("time"), hourOf(now, "ca", zone));
  if (!desk) return;
  const closed = desk.status === "closed";
  say(at("time-label"), desk.status === "serving" ? "Temps" : closed ? "Tancada" : "Lliure");
  say(at("time-runs"), duration(now - Date.parse(desk.since)));
}

/** Who is at the desk. `ticket` is what `/v1/tickets/{id}` said of it, or null before it came. */
export function drawCurrent(hub, desk, ticket, waiting) {
  const { office, queue } = hub;
  if (desk.status !== "serving") {
    const free = desk.status === "open";
    const shown = { label: free ? "La taula és lliure" : DESK_STATES[desk.status], sentence: howManyWait(waiting, hub.staleSince !== null) };
    draw(at("current-who"), shown, () => [element("span", { class: "lb" }, shown.label), element("p", { class: "nobody" }, shown.sentence)]);
    draw(at("facts"), null, () => []);
    return;
  }
  const number = numberOf(desk.ticket);
  const service = office.services.find((one) => one.id === ticket?.service) ?? office.services.find((one) => number.startsWith(one.letter));
  const meta = ticket ? [CLASSES[ticket.class] ?? ticket.class, ticketLanguage(ticket.language)] : [];
  const shown = { number, service: service ? nameOf(service.name, office) : "", meta };
  draw(at("current-who"), shown, () => [
    element("span", { class: "lb" }, "Esteu atenent"),
    element("b", { class: "num n" }, number),
    element("span", { class: "sv" }, shown.service),
    element("p", { class: "meta" }, meta.map((one) => element("span", {}, one))),
  ]);
  drawFacts(hub, desk, ticket, queue.calls.find((one) => one.number === number));
}

function drawFacts(hub, desk, ticket, call) {
  const zone = hub.office.time_zone;
  const facts = [["Cridat", hourOf(desk.since, "ca", zone)]];
  if (ticket) facts.push(["Ha esperat", `${minutesBetween(ticket.due_at, ticket.called_at ?? desk.since)} min`]);
  if (call?.recall) facts.push(["Tornat a cridar", hourOf(call.at, "ca", zone)]);
  draw(at("facts"), facts, () => facts.map(([what, value]) => element("div", {}, element("dt", {}, what), element("dd", {}, value))));
}

/** The services that this desk takes people of, with who waits, in the order of calling. */
export function waitingHere(hub, deskId) {
  const { office, queue } = hub;
  const served = office.desks.find((one) => one.id === deskId)?.services ?? null;
  return office.services
    .filter((service) => served === null || served.includes(service.id))
    .map((service) => ({ service, tickets: queue.waiting.filter((one) => one.service === service.id) }));
}

/** Who waits, by service; what other desks take is only counted. */
export function drawWaiting(hub, groups) {
  const stale = hub.staleSince !== null;
  const here = groups.reduce((sum, group) => sum + group.tickets.length, 0);
  const elsewhere = hub.queue.waiting.length - here;
  at("list").classList.toggle("stale", stale);
  say(at("waiting-count"), howManyWait(here, stale));
  say(at("waiting-when"), stale ? `a ${theHour(hub.staleSince, hub.office.time_zone)}` : "ara mateix");
  const now = stale ? hub.staleSince : hub.clock.now();
  const rows = groups.filter((group) => group.tickets.length > 0).map(({ service, tickets }, i) => ({
    name: nameOf(service.name, hub.office),
    how: `${tickets.length} · ${i === 0 ? "el primer fa" : "fa"} ${minutesBetween(tickets[0].due_at, now)} min`,
    numbers: tickets.slice(0, tickets.length > CHIPS_MAX ? CHIPS_MAX - 1 : CHIPS_MAX).map((one) => one.number),
    more: tickets.length > CHIPS_MAX ? tickets.length - CHIPS_MAX + 1 : 0,
  }));
  if (elsewhere > 0) rows.push({ name: "Altres taules", how: String(elsewhere), numbers: [], more: 0 });
  draw(at("waiting"), rows, () => rows.map((row) => element("section", { class: "g" },
    element("div", { class: "hd" }, element("h3", {}, row.name), element("span", {}, row.how)),
    row.numbers.length > 0 && element("ol", {},
      row.numbers.map((one) => element("li", {}, element("b", { class: "num" }, one))),
      row.more > 0 && element("li", { "aria-label": `i ${row.more} més` }, `+${row.more}`)))));
}

/** The lines of printer, screen and sound; what is not known is said to be that. */
export function drawDevices(hub) {
  const stale = hub.staleSince !== null;
  const told = hub.queue.devices.map((one) => ({ ...one, part: PARTS[one.what] ?? [one.what, "info"] }));
  if (!told.some((one) => one.what === "printer")) told.unshift({ what: "printer", part: PARTS.printer, state: null });
  const lines = told.map((one) => {
    const twins = told.filter((other) => other.part[0] === one.part[0]).length > 1;
    const unknown = stale || one.state === null;
    return { name: twins ? `${one.part[0]} (${one.id})` : one.part[0], drawing: one.part[1], ...(unknown ? { words: "no se sap", ails: false } : partState(one.state)) };
  });
  if (!stale && !hub.queue.clock_trusted) lines.push({ name: "Rellotge", drawing: "clock", words: "no és de fiar", ails: true });
  draw(at("devices"), lines, () => lines.map((one) => element("li", {}, icon(one.drawing), element("span", {}, one.name),
    element("span", { class: one.ails ? "state ails" : "state" }, one.ails && icon("warn"), one.words))));
}

/** The band of a hub that is away. */
export function drawLost(hub, desk) {
  const stale = hub.staleSince !== null;
  if (stale) {
    say(at("lost-since"), `Sense connexió des de ${theHour(hub.staleSince, hub.office.time_zone)}`);
    const serving = desk.status === "serving" ? ` Podeu acabar d’atendre ${numberOf(desk.ticket)}.` : "";
    say(at("lost-what"), `Ho provem cada 2 segons.${serving}`);
  }
  show(at("lost"), stale);
}

/** The buttons: what they would do now, what is being done, or why not now. */
export function drawButtons({ stale, onlyReads, busy, doing, desk, waiting, shortcuts }) {
  const off = stale || onlyReads;
  for (const button of document.querySelectorAll("[data-action]")) {
    const idle = NEEDS_SOMEBODY.has(button.dataset.action) && desk.status !== "serving" && !busy;
    mark(button, "aria-disabled", off || idle ? "true" : null);
    button.classList.toggle("busy", busy === button.dataset.action);
  }
  const number = desk.ticket ? numberOf(desk.ticket) : null;
  draw(at("next-sign"), stale ? "offline" : "info", icon);
  say(at("next-word"), off ? (stale ? "Ara no es pot cridar" : "Aquí no es pot cridar") : busy === "next" ? doing : "Següent");
  say(at("next-what"), stale ? "Crideu de viva veu. El que premeu ara no es guarda." : onlyReads ? ONLY_READS : whatNextDoes(desk, number, waiting));
  const closed = desk.status === "closed" || desk.status === "paused";
  mark(at("open-close"), "data-action", closed ? "open" : "close");
  say(at("open-close-word"), closed ? "Obre la taula" : "Tanca la taula");
  document.body.classList.toggle("no-shortcuts", !shortcuts);
  mark(at("shortcuts"), "aria-pressed", String(shortcuts));
  say(at("shortcuts-word"), shortcuts ? "activades" : "desactivades");
}
