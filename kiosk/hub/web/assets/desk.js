// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's page: which desk it is, what its buttons and keys send, and what came of it.
// The hub decides; this page asks and says.

import { wearAccent } from "/assets/accent.js";
import { send } from "/assets/command.js";
import { drawBar, drawButtons, drawChooser, drawCurrent, drawDevices, drawLost, drawTime, drawWaiting, numberOf, waitingHere } from "/assets/desk-view.js";
import { DOING, ONLY_READS, done, refused } from "/assets/desk-words.js";
import { inLanguage } from "/assets/dates.js";
import { draw, entitle, mark, show } from "/assets/element.js";
import { Hub, fetchJson } from "/assets/hub.js";
import { icon, placeIcons } from "/assets/icon.js";

const SAID_FOR_MS = 10_000;
const KEYS = { s: "next", r: "recall", n: "no-show", f: "finish" };

const at = (id) => document.getElementById(id);

const page = {
  deskId: new URLSearchParams(location.search).get("desk") ?? remembered("torn-desk"),
  choosing: false,
  shortcuts: remembered("torn-shortcuts") !== "off",
  /** The action that the hub has not answered yet. */
  busy: null,
  /** Whether the hub refused a write for want of a credential. */
  onlyReads: false,
  /** The ticket at the desk as `/v1/tickets/{id}` tells it, and the id that was asked for last. */
  ticket: null,
  askedId: null,
  /** Who was at the desk when it was drawn last; undefined before that. */
  drawnId: undefined,
  /** Who was just called here, until the state says so too. */
  calledId: null,
  /** The ticket whose call was said last, so that it is said once. */
  saidId: null,
};
let saidTimer = 0;

// A browser may refuse to remember; the page works without.
function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it is chosen again the next time.
  }
}

const hub = new Hub(drawAll);

function deskNow() {
  return hub.queue.desks.find((one) => one.id === page.deskId) ?? null;
}

function configured() {
  return hub.office?.desks.find((one) => one.id === page.deskId) ?? null;
}

function drawAll() {
  if (!hub.office || !hub.queue) {
    drawUnreached();
    return;
  }
  wearAccent(hub.office.accent);
  const desk = configured() && deskNow();
  const choosing = page.choosing || !desk;
  show(at("choose"), choosing);
  for (const id of ["work", "list", "change"]) show(at(id), !choosing);
  if (choosing) drawChoice();
  else drawDesk(desk);
}

// The hub has never answered since the page was opened: there is nothing to mark as stale.
function drawUnreached() {
  if (hub.staleSince === null) return;
  mark(at("link"), "class", "st chip");
  draw(at("link"), "unreached", () => [icon("offline"), "Sense connexió. Ho provem cada 2 segons."]);
}

function drawChoice() {
  const gone = page.deskId !== null && !page.choosing;
  drawBar(hub, "Trieu la taula", null);
  drawTime(hub, null);
  drawChooser(hub, gone ? `Aquí no hi ha cap taula «${page.deskId}».` : null, choose);
  entitle("Trieu la taula");
}

function drawDesk(desk) {
  const name = inLanguage(configured().name, "ca", hub.office.languages);
  const groups = waitingHere(hub, desk.id);
  const waiting = groups.reduce((sum, group) => sum + group.tickets.length, 0);
  noticeCall(desk, name);
  fetchTicket(desk);
  drawBar(hub, name, desk);
  drawTime(hub, desk);
  drawLost(hub, desk);
  drawCurrent(hub, desk, page.ticket?.id === desk.ticket ? page.ticket : null, waiting);
  drawWaiting(hub, groups);
  drawDevices(hub);
  drawButtons({ ...page, stale: hub.staleSince !== null, doing: DOING[page.busy], desk, waiting });
  entitle(desk.ticket ? `${name} · ${numberOf(desk.ticket)}` : name);
}

// A call that came by the desk's own button, or from a colleague, is said here too.
function noticeCall(desk, name) {
  const before = page.drawnId;
  page.drawnId = desk.ticket;
  if (before !== desk.ticket) page.calledId = null;
  if (before === undefined || !desk.ticket || before === desk.ticket) return;
  if (page.busy === "next" || page.saidId === desk.ticket) return;
  page.saidId = desk.ticket;
  tell(`${name}: cridat ${numberOf(desk.ticket)}.`, true);
}

async function fetchTicket(desk) {
  if (!desk.ticket || page.ticket?.id === desk.ticket || page.askedId === desk.ticket) return;
  page.askedId = desk.ticket;
  const answer = await fetchJson(`/v1/tickets/${encodeURIComponent(desk.ticket)}`).catch(() => null);
  if (page.askedId !== desk.ticket) return;
  page.askedId = null;
  if (!answer?.ok) return;
  page.ticket = answer.body;
  drawAll();
}

function choose(id) {
  page.deskId = id;
  page.choosing = false;
  page.drawnId = undefined;
  remember("torn-desk", id);
  const address = new URL(location.href);
  address.searchParams.set("desk", id);
  history.replaceState(null, "", address);
  tell("", true);
  drawAll();
  at("next").focus();
}

/** Says what came of a press, next to the buttons; a screen reader hears it once. */
function tell(words, well) {
  const place = at("said");
  clearTimeout(saidTimer);
  place.className = well || !words ? "said" : "said no";
  place.replaceChildren(...(words ? [icon(well ? "check" : "warn"), words] : []));
  if (words) saidTimer = setTimeout(() => tell("", true), SAID_FOR_MS);
}

async function press(action) {
  const desk = hub.queue && deskNow();
  if (!desk || page.choosing) return;
  if (hub.staleSince !== null) return tell("Ara no es pot: no hi ha connexió. El que premeu ara no es guarda.", false);
  if (page.onlyReads) return tell(ONLY_READS, false);
  if (page.busy) return tell("Encara esperem la resposta d’abans.", false);
  page.busy = action;
  tell(DOING[action], true);
  drawAll();
  const atDesk = page.calledId ?? desk.ticket;
  const outcome = await send(`/v1/desks/${encodeURIComponent(page.deskId)}/${action}`, hub.clock.now());
  page.busy = null;
  answer(action, atDesk, outcome);
}

function answer(action, atDesk, outcome) {
  if (outcome.done) {
    if (action === "next") {
      page.ticket = outcome.body;
      page.saidId = page.calledId = outcome.body?.id ?? null;
    }
    const number = action === "next" ? outcome.body?.number : atDesk && numberOf(atDesk);
    tell(done(action, number), true);
  } else if (outcome.code === "unauthenticated" || outcome.code === "forbidden") {
    page.onlyReads = true;
    tell(ONLY_READS, false);
  } else {
    tell(refused(outcome.code), false);
  }
  hub.ring();
  drawAll();
}

function onKey(event) {
  const action = KEYS[event.key.toLowerCase()];
  const typing = event.target.closest?.("input, select, textarea");
  if (!action || !page.shortcuts || event.repeat || typing || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  press(action);
}

placeIcons(document);
for (const button of document.querySelectorAll("[data-action]")) {
  button.addEventListener("click", () => press(button.dataset.action));
}
document.addEventListener("keydown", onKey);
at("again").addEventListener("click", () => hub.again());
at("change").addEventListener("click", () => {
  page.choosing = true;
  drawAll();
  document.querySelector("#desks button")?.focus();
});
at("shortcuts").addEventListener("click", () => {
  page.shortcuts = !page.shortcuts;
  remember("torn-shortcuts", page.shortcuts ? "on" : "off");
  drawAll();
});
setInterval(() => hub.office && hub.queue && !document.hidden && drawAll(), 1000);
hub.start();
