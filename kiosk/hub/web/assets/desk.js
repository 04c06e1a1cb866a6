// SPDX-License-Identifier: GPL-3.0-or-later
// The agent's page: which desk it is, what its buttons and keys send, and what came of it.
// The hub decides; this page asks and says.

import { wearAccent } from "/assets/accent.js";
import { send } from "/assets/command.js";
import { closeDialog, dialogClosed, drawDialog, isOpen, openDialog, showGiven, tellInDialog } from "/assets/desk-dialog.js";
import { refused } from "/assets/desk-refusals.js";
import { drawAside, drawWaiting, waitingHere } from "/assets/desk-side.js";
import { drawBar, drawButtons, drawChooser, drawCurrent, drawDevices, drawLost, drawNews, drawTime, drawWho, numberOf } from "/assets/desk-view.js";
import { DOING, STILL_IN, done, notYourDesk } from "/assets/desk-words.js";
import { inLanguage } from "/assets/dates.js";
import { draw, entitle, mark, show } from "/assets/element.js";
import { Hub, fetchJson } from "/assets/hub.js";
import { icon, placeIcons } from "/assets/icon.js";
import { Session } from "/assets/session.js";
import { SIGN_IN_TITLE, beginSignIn, drawSignIn, prepareSignIn } from "/assets/sign-in.js";

const SAID_FOR_MS = 10_000;
const KEYS = { s: "next", r: "recall", n: "no-show", f: "finish", p: "park" };
const CALLS = new Set(["next", "call", "resume"]);
const KEYS_THAT_OPEN = { t: "transfer", d: "issue", c: "check-in" };

const at = (id) => document.getElementById(id);

const page = {
  deskId: new URLSearchParams(location.search).get("desk") ?? remembered("torn-desk"),
  choosing: false,
  shortcuts: remembered("torn-shortcuts") !== "off",
  /** The action that the hub has not answered yet. */
  busy: null,
  /** Whether the form to sign in is what is shown. */
  asks: false,
  /** Whether the hub was away when the page was drawn last. */
  wasStale: false,
  /** The ticket at the desk as `/v1/tickets/{id}` tells it, and the id that was asked for last. */
  ticket: null,
  askedId: null,
  /** Who was at the desk when it was drawn last; undefined before that. */
  drawnId: undefined,
  /** Who was just called here, until the state says so too. */
  calledId: null,
  /** The ticket whose call was said last, so that it is said once. */
  saidId: null,
  /** The services of which everybody who waits is shown. */
  expanded: new Set(),
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
const session = new Session(drawAll);

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
  if (!isKnownWho()) return;
  drawWho(session);
  const asks = session.who === null;
  show(at("sign-in"), asks);
  if (asks) return drawAsking();
  page.asks = false;
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

// Who is signed in is asked when the page is opened and when the hub was away; its end is known beforehand.
function isKnownWho() {
  const isBack = page.wasStale && hub.staleSince === null;
  page.wasStale = hub.staleSince !== null;
  if (session.who === undefined || (isBack && session.who)) session.ask();
  if (session.isOver(hub.clock.now())) session.lost();
  return session.who !== undefined;
}

function drawAsking() {
  for (const id of ["choose", "work", "list", "change"]) show(at(id), false);
  if (isOpen()) closeDialog();
  drawBar(hub, inLanguage(hub.office.name, "ca", hub.office.languages), null);
  drawTime(hub, null);
  drawSignIn(session);
  entitle(SIGN_IN_TITLE);
  if (!page.asks) beginSignIn();
  page.asks = true;
}

// Whoever has one desk is at it, unless the address or the last time says another that is theirs.
function signedIn() {
  tell("", true);
  if (session.onlyDesk && !session.mayWorkAt(page.deskId)) choose(session.onlyDesk);
  drawAll();
  (document.querySelector("#desks button:not(.not-yours)") ?? at("next")).focus();
}

async function signOut() {
  if (!(await session.signOut())) say(STILL_IN, false);
}

/** Why nobody is called from here by whoever is signed in, or null. */
function notYours() {
  if (session.mayWorkAt(page.deskId)) return null;
  return notYourDesk(session.who?.id ?? "", inLanguage(configured()?.name, "ca", hub.office.languages));
}

function drawChoice() {
  const gone = page.deskId !== null && !page.choosing;
  drawBar(hub, "Trieu la taula", null);
  drawTime(hub, null);
  drawChooser(hub, gone ? `Aquí no hi ha cap taula «${page.deskId}».` : null, choose, (id) => session.mayWorkAt(id));
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
  const current = page.ticket?.id === desk.ticket ? page.ticket : null;
  drawCurrent(hub, desk, current, waiting);
  drawNews(hub);
  drawWaiting(hub, groups, page.expanded);
  drawAside(hub);
  drawDevices(hub);
  drawDialog(hub, desk, current);
  drawButtons({ ...page, notYours: notYours(), stale: hub.staleSince !== null, doing: DOING[page.busy], desk, waiting });
  entitle(desk.ticket ? `${name} · ${numberOf(desk.ticket)}` : name);
}

// A call that came by the desk's own button, or from a colleague, is said here too.
function noticeCall(desk, name) {
  const before = page.drawnId;
  page.drawnId = desk.ticket;
  if (before !== desk.ticket) page.calledId = null;
  if (before === undefined || !desk.ticket || before === desk.ticket) return;
  if (CALLS.has(page.busy) || page.saidId === desk.ticket) return;
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

/** Why nothing can be asked of the hub just now, or null. */
function whyNot() {
  if (hub.staleSince !== null) return "Ara no es pot: no hi ha connexió. El que premeu ara no es guarda.";
  return notYours() ?? (page.busy ? "Encara esperem la resposta d’abans." : null);
}

/** Says it where it is looked for: in the dialog while that is open. */
function say(words, well) {
  if (isOpen()) tellInDialog(words, well);
  else tell(words, well);
}

// What is asked of the hub: where, and with which members.
function request(action, about) {
  const desk = `/v1/desks/${encodeURIComponent(page.deskId)}`;
  const ticket = `/v1/tickets/${encodeURIComponent(about.ticket ?? "")}`;
  switch (action) {
    case "transfer": return [`${desk}/transfer`, about.desk ? { desk: about.desk } : { service: about.service }];
    case "resume": return [`${desk}/resume`, { ticket: about.ticket }];
    case "call": return [`${ticket}/call`, { desk: page.deskId }];
    case "restore":
    case "cancel": return [`${ticket}/${action}`, null];
    case "issue": return ["/v1/tickets", about.preferential ? { service: about.service, class: "preferential" } : { service: about.service }];
    case "check-in": return ["/v1/check-ins", { code: about.code }];
    default: return [`${desk}/${action}`, null];
  }
}

async function press(action, about = {}) {
  const desk = hub.queue && deskNow();
  if (!desk || page.choosing || !session.who) return;
  const why = whyNot();
  if (why) return say(why, false);
  page.busy = action;
  say(DOING[action], true);
  drawAll();
  const atDesk = page.calledId ?? desk.ticket;
  const outcome = await send(request(action, about)[0], hub.clock.now(), request(action, about)[1]);
  page.busy = null;
  answer(action, { ...about, ticket: about.ticket ?? atDesk }, outcome);
}

function answer(action, about, outcome) {
  if (outcome.done) {
    succeeded(action, about, outcome.body);
  } else if (outcome.code === "unauthenticated") {
    // It is not kept for after they have signed in again: nobody may be waiting for it then.
    tell("", true);
    session.lost();
  } else {
    if (outcome.code === "forbidden") session.ask();
    say(refused(outcome.code, { action, service: about.service, detail: outcome.detail, hub }), false);
  }
  hub.ring();
  drawAll();
}

// The answer says how the desk stands now, and the next key may come before the next state does.
function takeDesk(body) {
  const called = body?.desk === page.deskId && body.status === "called";
  const desk = called ? { id: page.deskId, status: "serving", ticket: body.id, since: body.called_at } : body;
  const place = hub.queue.desks.findIndex((one) => one.id === page.deskId);
  if (place >= 0 && desk?.id === page.deskId) hub.queue.desks[place] = desk;
}

function succeeded(action, about, body) {
  takeDesk(body);
  if (action === "issue" || action === "check-in") return showGiven(body);
  const calls = action === "next" || action === "call";
  if (calls) page.ticket = body;
  if (calls) page.saidId = page.calledId = body?.id ?? null;
  if (action === "resume") page.saidId = page.calledId = about.ticket;
  if (isOpen()) closeDialog();
  const number = action === "next" ? body?.number : about.ticket && numberOf(about.ticket);
  tell(done(action, number, whereTo(about)), true);
}

/** The name of the desk or the service that somebody was sent to. */
function whereTo({ desk, service }) {
  const [among, id] = desk ? [hub.office.desks, desk] : [hub.office.services, service];
  const found = among.find((one) => one.id === id);
  return found ? inLanguage(found.name, "ca", hub.office.languages) : "";
}

function open(kind, ticketId) {
  const desk = hub.queue && deskNow();
  if (!desk || page.choosing || !session.who) return;
  const why = whyNot();
  if (why) return tell(why, false);
  if (kind === "transfer" && !desk.ticket) return tell(refused("desk-idle"), false);
  openDialog(kind, ticketId);
  drawAll();
}

// What is pressed in the list or in the dialog: each button has one of these data.
const PRESSES = {
  look: (id) => open("look", id),
  more: (id) => page.expanded.add(id) && drawAll(),
  resume: (ticket) => press("resume", { ticket }),
  restore: (ticket) => press("restore", { ticket }),
  call: (ticket) => press("call", { ticket }),
  cancel: (ticket) => press("cancel", { ticket }),
  toService: (service) => press("transfer", { service }),
  toDesk: (desk) => press("transfer", { desk }),
  issue: (service) => press("issue", { service, preferential: at("preferential")?.checked }),
  close: closeDialog,
  opens: (kind) => open(kind),
  action: (action) => press(action),
};

function onPress(event) {
  const button = event.target.closest?.("button");
  for (const [what, value] of Object.entries(button?.dataset ?? {})) PRESSES[what]?.(value);
}

function onKey(event) {
  const key = event.key.toLowerCase();
  const action = key === "o" ? at("pause-open").dataset.action : KEYS[key];
  const typing = event.target.closest?.("input, select, textarea");
  if (!(action || KEYS_THAT_OPEN[key]) || !page.shortcuts || isOpen() || event.repeat || typing || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  if (action) press(action);
  else open(KEYS_THAT_OPEN[key]);
}

placeIcons(document);
for (const id of ["work", "list", "dialog"]) at(id).addEventListener("click", onPress);
document.addEventListener("keydown", onKey);
at("dialog").addEventListener("close", dialogClosed);
at("dialog-close").addEventListener("click", closeDialog);
at("dialog").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = at("code").value.trim();
  if (code) press("check-in", { code });
});
prepareSignIn(session, signedIn);
at("sign-out").addEventListener("click", signOut);
at("again").addEventListener("click", () => hub.again());
at("change").addEventListener("click", () => {
  page.choosing = true;
  drawAll();
  (document.querySelector("#desks button:not(.not-yours)") ?? document.querySelector("#desks button"))?.focus();
});
at("shortcuts").addEventListener("click", () => {
  page.shortcuts = !page.shortcuts;
  remember("torn-shortcuts", page.shortcuts ? "on" : "off");
  drawAll();
});
setInterval(() => hub.office && hub.queue && !document.hidden && drawAll(), 1000);
hub.start();
