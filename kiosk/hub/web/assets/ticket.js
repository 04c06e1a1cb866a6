// SPDX-License-Identifier: GPL-3.0-or-later
// A ticket on a phone: its number, who is before, the call and the desk. The ticket is asked for by
// the token in the page's address; after that /v1/state says how it stands, and it is asked for
// again only when the state no longer tells.

import { wearAccent } from "/assets/accent.js";
import { hourOf, inLanguage, isAFew, isOneOClock } from "/assets/dates.js";
import { draw, element, entitle, mark, say, show } from "/assets/element.js";
import { Hub, fetchJson } from "/assets/hub.js";
import { icon, placeIcons } from "/assets/icon.js";
import { isRightToLeft, ticketWords } from "/assets/ticket-words.js";

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const OVER = new Set(["finished", "cancelled", "unknown"]);

const at = (id) => document.getElementById(id);
const hub = new Hub(onNews);
// `ticket` is null until it came. `status` may also be "unknown": the link leads to no ticket, or not
// any more; `language` then stays that of the ticket.
// `back`: it was seen to be missed, and waits again.
const page = { ticket: null, language: null, status: null, back: false, askedAtSeq: -1, asking: false };

const language = () => page.language ?? firstGuess();
const words = () => ticketWords(language());
const named = (names) => inLanguage(names, language(), hub.office.languages);
const zone = () => hub.office.time_zone;
const hour = (ms) => hourOf(ms, language(), zone());
const theHour = (ms) => words().theHour(hour(ms), isOneOClock(ms, zone()));

// Before the ticket is known, and for a link that leads to none: the phone's own language, if the
// office speaks it.
function firstGuess() {
  const spoken = hub.office?.languages ?? ["ca"];
  const wished = navigator.languages.map((one) => one.slice(0, 2));
  return wished.find((one) => spoken.includes(one)) ?? spoken[0];
}

function onNews() {
  if (!hub.office || !hub.queue) {
    drawUnreached();
    return;
  }
  follow();
  drawAll();
}

// What the state tells of the ticket; where it tells nothing, the ticket is asked for.
function follow() {
  const { queue } = hub;
  const waiting = page.ticket && queue.waiting.find((one) => one.id === page.ticket.id);
  const desk = page.ticket && queue.desks.find((one) => one.ticket === page.ticket.id);
  const aside = page.ticket && queue.parked.find((one) => one.id === page.ticket.id);
  if (waiting) {
    page.back ||= page.status === "no-show";
    page.ticket = waiting;
    page.status = "waiting";
  } else if (desk) {
    page.ticket = { ...page.ticket, desk: desk.id };
    page.status = "called";
    page.back = false;
  } else if (aside) {
    page.ticket = aside;
    page.status = "parked";
  } else if (page.askedAtSeq < queue.seq && !(page.status === "no-show" && hub.staleSince === null)) {
    ask();
  }
}

async function ask() {
  if (page.asking) return;
  page.asking = true;
  const seq = hub.queue.seq;
  const answer = await fetchJson(`${location.pathname.replace(/\/$/, "")}/ticket`).catch(() => null);
  page.asking = false;
  // A lost answer is asked for anew with the next state; only the hub's word makes a link unknown.
  if (!answer || (!answer.ok && answer.status !== 404)) return;
  page.askedAtSeq = seq;
  page.ticket = answer.ok ? (answer.body.ticket ?? answer.body) : null;
  page.language = page.ticket?.language ?? page.language;
  page.status = page.ticket?.status ?? "unknown";
  if (hub.queue.seq > seq) follow();
  drawAll();
  if (OVER.has(page.status)) hub.stop();
}

function drawAll() {
  if (!hub.office || page.status === null) return;
  const { office } = hub;
  if (/^#[0-9a-f]{6}$/i.test(office.accent ?? "")) document.documentElement.style.setProperty("--accent", office.accent);
  mark(document.documentElement, "lang", language());
  mark(document.documentElement, "dir", isRightToLeft(language()) ? "rtl" : "ltr");
  say(at("town"), office.town ? named(office.town) : named(office.name));
  say(at("name"), office.town ? named(office.name) : "");
  drawLost();
  drawSlip();
  drawLive();
  drawAsk();
}

// The hub has not answered yet, or never did since the page was opened.
function drawUnreached() {
  const { connecting, unreached } = words();
  draw(at("slip"), hub.staleSince === null, (early) => (early ? element("p", { class: "connecting" }, connecting) : element("div", { class: "band lost" }, icon("offline"), element("b", {}, unreached))));
}

function drawLost() {
  const stale = hub.staleSince !== null && !OVER.has(page.status);
  if (stale) {
    say(at("lost-since"), words().lost(theHour(hub.staleSince)));
    say(at("lost-what"), words().lostWhat);
  }
  show(at("lost"), stale);
}

function deskName(id) {
  const desk = hub.office.desks.find((one) => one.id === id);
  return desk ? named(desk.name) : id;
}

function drawSlip() {
  const { ticket, status } = page;
  const stale = hub.staleSince !== null;
  const called = status === "called";
  if (ticket) entitle(called ? words().titleCalled(ticket.number, deskName(ticket.desk)) : words().title(ticket.number));
  say(at("heading"), document.title);
  const sentence = { finished: words().finished, "no-show": words().noShow, cancelled: words().cancelled, unknown: words().unknown }[status];
  if (sentence) {
    draw(at("slip"), [status, sentence], () => element("div", { class: "slip over" }, element("p", {}, sentence)));
    draw(at("say"), null, () => []);
    return;
  }
  const service = hub.office.services.find((one) => one.id === ticket.service);
  const booked = ticket.appointment_at && words().booked(theHour(ticket.appointment_at));
  const shown = { status, called, stale, language: language(), number: ticket.number, desk: called ? deskName(ticket.desk) : null, service: service ? named(service.name) : "", booked, ahead: ticket.ahead, wait: ticket.wait };
  draw(at("slip"), shown, called && !stale ? calledSlip : waitingSlip);
  draw(at("say"), sentences(), (said) => said.map((one) => element("p", {}, one)));
  mark(at("say"), "class", called ? "say called" : "say");
}

// What there is to say under the slip, the most pressing first.
function sentences() {
  const { ticket, status, back } = page;
  if (status === "called") return [words().sayCalled];
  if (status === "parked") return [words().parked];
  const hour = ticket.appointment_at && theHour(ticket.appointment_at);
  const isLate = hour && ticket.class === "walk-in";
  const isEarly = hour && ticket.class === "appointment" && Date.parse(ticket.due_at) > hub.clock.now();
  return [
    back && words().back,
    isLate && words().late(hour),
    isEarly && words().early(hour),
    !hub.queue.open && hub.staleSince === null && words().closed,
    ...words().sayWaiting,
  ].filter(Boolean);
}

function calledSlip({ number, desk }) {
  return element("div", { class: "slip across accent call" },
    element("div", { class: "a" }, element("span", { class: "sv" }, words().called), element("b", { class: `num n long-${number.length}` }, number)),
    element("div", { class: "tear" }),
    element("div", { class: "b" }, icon("arrow"), element("b", {}, desk)));
}

function waitingSlip({ status, number, service, booked, ahead, wait, stale, desk }) {
  const lines = [];
  if (status === "parked") lines.push(line("park", words().parkedWord, words().parkedWhat));
  else if (desk) lines.push(line("arrow", desk, words().called));
  else if (ahead !== null) lines.push(line("people", stale ? "–" : ahead === 0 ? words().first : words().people(ahead), words().before));
  if (status === "waiting" && wait && !stale) lines.push(line("clock", isAFew(wait) ? words().aFew : words().wait(Math.max(1, wait.low_min), wait.high_min), words().waitWhat));
  return element("div", { class: "slip across" },
    element("div", { class: "a" }, element("span", { class: "sv" }, service), booked && element("span", { class: "booked" }, booked), element("b", { class: `num n long-${number.length}` }, number)),
    lines.length > 0 && element("div", { class: "tear" }),
    lines.length > 0 && element("div", { class: "b lines" }, lines));
}

function line(drawing, strong, weak) {
  return element("div", { class: "line" }, icon(drawing), element("div", {}, element("b", {}, strong), element("span", {}, weak)));
}

function drawLive() {
  const place = at("live");
  show(place, hub.staleSince === null && !OVER.has(page.status));
  draw(place, words().updated(theHour(hub.clock.now())), (text) => [icon("check"), text]);
}

// The office's hours today, when they are one stretch of a part of the day.
function hoursToday() {
  const weekday = WEEKDAYS[new Date(`${hub.queue.day}T12:00:00Z`).getUTCDay()];
  const spans = hub.office.hours[weekday] ?? [];
  const parts = spans.length === 1 ? /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(spans[0]) : null;
  if (!parts || spans[0] === "00:00-24:00") return null;
  const plain = (h, m) => (m === "00" ? String(Number(h)) : `${Number(h)}.${m}`);
  return [plain(parts[1], parts[2]), plain(parts[3], parts[4])];
}

function drawAsk() {
  const phone = hub.office.links.whatsapp;
  const asks = Boolean(phone && page.ticket) && !OVER.has(page.status);
  show(at("ask"), asks);
  if (!asks) return;
  mark(at("whatsapp"), "href", `https://wa.me/${phone}?text=${encodeURIComponent(words().askText(page.ticket.number))}`);
  say(at("whatsapp-word"), words().ask);
  const hours = hoursToday();
  say(at("whatsapp-what"), hours ? words().askHours(...hours) : words().askWhat);
}

placeIcons(document);
setInterval(() => !document.hidden && hub.office && drawAll(), 1000);
drawUnreached();
hub.start();
