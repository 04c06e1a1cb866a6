// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the desk's work from what the hub said: the bar, who is there, the buttons. It sends nothing and
// decides nothing; who waits is drawn by desk-side.js.

import { hourOf, inLanguage, minutesBetween, whenItIs } from "/assets/dates.js";
import { DESK_STATES, NOT_YOURS, PARTS, cameAs, duration, howManyWait, languageName, officeClosed, partState, theHour, whatNextDoes } from "/assets/desk-words.js";
import { draw, element, mark, say, show } from "/assets/element.js";
import { icon } from "/assets/icon.js";

// What is drawn as "not now" while nobody is at the desk, and while somebody is. A press asks the hub all the same.
const NEEDS_SOMEBODY = new Set(["recall", "no-show", "finish", "park", "transfer"]);
const NEEDS_NOBODY = new Set(["pause", "close"]);

const at = (id) => document.getElementById(id);

/** The number in a ticket's id: `A007` of `2026-11-24-A007`. */
export function numberOf(ticketId) {
  return ticketId.split("-").at(-1);
}

function nameOf(names, office) {
  return inLanguage(names, "ca", office.languages);
}

/** The desks to choose from. `choose(id)` is called with the one pressed; `mayWorkAt(id)` says which are for whoever is there. */
export function drawChooser(hub, why, choose, mayWorkAt) {
  say(at("choose-why"), why ?? "");
  show(at("choose-why"), Boolean(why));
  const rows = hub.office.desks.map((desk) => {
    const now = hub.queue.desks.find((one) => one.id === desk.id);
    const status = !mayWorkAt(desk.id) ? NOT_YOURS : now?.status === "serving" ? `Atén ${numberOf(now.ticket)}` : (DESK_STATES[now?.status] ?? "");
    return { id: desk.id, name: nameOf(desk.name, hub.office), status, isNotYours: status === NOT_YOURS };
  });
  draw(at("desks"), rows, () => rows.map((row) => {
    const button = element("button", { type: "button", "data-desk": row.id, class: row.isNotYours ? "not-yours" : null }, element("b", {}, row.name), element("span", {}, row.status));
    button.addEventListener("click", () => choose(row.id));
    return element("li", {}, button);
  }));
}

/** Who is signed in, where somebody has to. */
export function drawWho(session) {
  show(at("who-in"), session.isSomebody);
  if (session.isSomebody) say(at("who-id"), session.who.id);
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
  say(at("time-label"), { serving: "Temps", closed: "Tancada", paused: "En pausa" }[desk.status] ?? "Lliure");
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
  const meta = ticket ? [cameAs(ticket, office.time_zone), `Tiquet en ${languageName(ticket.language)}`] : [];
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

/** What everybody at the desks has to know: that the office is closed, and what the lobby is told. */
export function drawNews(hub) {
  const { queue, office } = hub;
  const opens = queue.next_open_at ? whenItIs(hub.clock.now(), queue.next_open_at, "ca", office.time_zone) : "";
  const told = queue.notice ? nameOf(queue.notice.text, office) : "";
  const until = queue.notice?.until ? `, fins a ${theHour(queue.notice.until, office.time_zone)}` : "";
  const lines = hub.staleSince !== null ? [] : [
    !queue.open && ["door", officeClosed(opens)],
    told && ["tv", `A la pantalla de la sala${until}: «${told}»`],
  ].filter(Boolean);
  show(at("news"), lines.length > 0);
  draw(at("news"), lines, () => lines.map(([drawing, words]) => element("li", {}, icon(drawing), element("span", {}, words))));
  show(at("clock-lost"), hub.staleSince === null && !queue.clock_trusted);
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
export function drawButtons({ stale, notYours, busy, doing, desk, waiting, shortcuts }) {
  const off = stale || Boolean(notYours);
  const closed = desk.status === "closed";
  const away = closed || desk.status === "paused";
  mark(at("pause-open"), "data-action", away ? "open" : "pause");
  say(at("pause-open-word"), closed ? "Obre la taula" : away ? "Torna a obrir" : "Fes una pausa");
  for (const button of document.querySelectorAll("[data-action], [data-opens]")) {
    const does = button.dataset.action ?? button.dataset.opens;
    const serving = desk.status === "serving";
    const idle = (NEEDS_SOMEBODY.has(does) && !serving) || (NEEDS_NOBODY.has(does) && serving) || (does === "close" && closed);
    mark(button, "aria-disabled", off || (idle && !busy) ? "true" : null);
    button.classList.toggle("busy", busy === does);
  }
  at("list").classList.toggle("off", off);
  const number = desk.ticket ? numberOf(desk.ticket) : null;
  draw(at("next-sign"), stale ? "offline" : "info", icon);
  say(at("next-word"), off ? (stale ? "Ara no es pot cridar" : "Aquí no es pot cridar") : busy === "next" ? doing : "Següent");
  say(at("next-what"), stale ? "Crideu de viva veu. El que premeu ara no es guarda." : notYours ?? whatNextDoes(desk, number, waiting));
  document.body.classList.toggle("no-shortcuts", !shortcuts);
  mark(at("shortcuts"), "aria-pressed", String(shortcuts));
  say(at("shortcuts-word"), shortcuts ? "activades" : "desactivades");
}
