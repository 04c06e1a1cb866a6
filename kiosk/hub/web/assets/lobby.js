// SPDX-License-Identifier: GPL-3.0-or-later
// The board in a browser: the call now, the last ones, how many wait. It draws what the hub says and
// rings for what is new; it never sends anything.

import { wearAccent } from "/assets/accent.js";
import { Announcer } from "/assets/announcer.js";
import { Chime } from "/assets/chime.js";
import { dayOf, hourOf, inLanguage, isOneOClock, weekOf, whenItIs } from "/assets/dates.js";
import { draw, element, entitle, mark, say, show } from "/assets/element.js";
import { fit } from "/assets/fit.js";
import { Hub } from "/assets/hub.js";
import { icon, placeIcons } from "/assets/icon.js";
import { boardWords, inASentence } from "/assets/lobby-words.js";

const ROWS = 4;
const SERVICES = 12;
const IN_ONE_LINE = 7;
// Characters of a notice that the width of the board holds.
const NOTICE_IN_ONE_LINE = 75;
const SHIFT_EVERY_MS = 180_000;
const SHIFTS = 4;

const at = (id) => document.getElementById(id);
const hub = new Hub(onNews);
const announcer = new Announcer();
const chime = new Chime(drawSound);

// The board speaks the office's first language; before the office is known, the page's own.
function language() {
  return hub.office?.languages[0] ?? "ca";
}

function words() {
  return boardWords(language());
}

function named(names) {
  return inLanguage(names, language(), hub.office.languages);
}

function hour(ms) {
  return hourOf(ms, language(), hub.office.time_zone);
}

function theHour(ms) {
  return words().theHour(hour(ms), isOneOClock(ms, hub.office.time_zone));
}

function deskName(id) {
  const desk = hub.office.desks.find((one) => one.id === id);
  return desk ? named(desk.name) : `${words().desk} ${id}`;
}

// "Taula 2" in a word and a number, where the name is made so; else the whole name and nothing more.
function deskParts(id) {
  const name = deskName(id);
  const parts = /^(.*\S)\s+(?=\S*\d)(\S{1,3})$/.exec(name);
  return parts ? { word: parts[1], mark: parts[2] } : { word: "", mark: name };
}

function onNews() {
  if (hub.queue && hub.office) {
    if (hub.staleSince === null) announcer.take(hub.queue, hub.log, hub.clock.now());
    else announcer.hush();
  }
  drawAll();
}

function drawAll() {
  if (!hub.office || !hub.queue) {
    if (hub.staleSince !== null) drawUnreached();
    return;
  }
  wearAccent(hub.office.accent);
  mark(document.documentElement, "lang", language());
  entitle(words().title);
  say(at("heading"), words().title);
  if (hub.staleSince === null) announce(announcer.turn(hub.clock.now()));
  drawTop();
  const closed = !hub.queue.open && hub.staleSince === null && announcer.view().now === null;
  document.body.classList.toggle("shut", closed);
  show(at("closed"), closed);
  for (const id of ["calls", "waiting"]) show(at(id), !closed);
  if (closed) drawClosed();
  else drawCalls();
  drawWaiting();
  drawNotice(closed);
  drawSound();
  show(at("main"), true);
}

function announce(call) {
  if (!call) return;
  if (call.rings) chime.play();
  say(at("spoken"), `${call.recall ? words().recalling : words().calling}: ${call.number}, ${deskName(call.desk)}`);
}

function drawUnreached() {
  draw(at("calls"), "unreached", () => lostPanel(words().unreached));
  show(at("main"), true);
  show(at("last"), false);
  at("board").classList.add("alone");
}

function drawTop() {
  const { office, clock } = hub;
  say(at("town"), office.town ? named(office.town) : named(office.name));
  say(at("name"), office.town ? named(office.name) : "");
  say(at("day"), dayOf(clock.now(), language(), office.time_zone));
  say(at("time"), hour(clock.now()));
}

// The office is closed and nobody is at a desk: ink all over, and when it opens. No number is shown.
function drawClosed() {
  const { queue, office, clock } = hub;
  const when = queue.next_open_at ? whenItIs(clock.now(), queue.next_open_at, language(), office.time_zone) : null;
  // Which season is next is the hub's to know.
  const week = office.seasons.length === 0 ? weekOf(office.hours, language()) : null;
  const shown = { said: words().closed, opens: words().opens, when, last: queue.waiting.length > 0 ? words().ticketsServed : week };
  draw(at("closed"), shown, () => [
    icon("door"),
    element("h2", { dir: "auto" }, shown.said),
    when && element("p", { class: "opens", dir: "auto" }, `${shown.opens} `, element("b", {}, when)),
    shown.last && element("p", { class: "what", dir: "auto" }, shown.last),
  ].filter(Boolean));
  show(at("last"), false);
  at("board").classList.add("alone");
}

function drawCalls() {
  const stale = hub.staleSince !== null;
  const view = announcer.view();
  at("last").classList.toggle("old", stale);
  if (stale) {
    draw(at("calls"), ["lost", hub.staleSince], () => lostPanel(words().lost(theHour(hub.staleSince))));
    say(at("last-word"), words().lastBefore(theHour(hub.staleSince)));
    drawRows(hub.queue.calls.map((call) => row(call, false)));
    return;
  }
  const { now, next } = view;
  const panel = now && { ...now, announced: view.announced, to: deskName(now.desk), parts: deskParts(now.desk) };
  const second = next && { ...next, parts: deskParts(next.desk) };
  const drawn = draw(at("calls"), [language(), panel, second], () => callPanels(panel, second));
  if (drawn) fitCalls();
  say(at("last-word"), words().last);
  drawRows([...view.soon.map((call) => row(call, true)), ...view.before.filter(isOver).map((call) => row(call, false))]);
}

// Whoever was sent on, set aside or restored is called anew: the old desk would only lead it astray.
function isOver(call) {
  return ![...hub.queue.waiting, ...hub.queue.parked].some((one) => one.number === call.number);
}

function callPanels(now, next) {
  if (!now) {
    return element("div", { class: "slip across idle" }, element("p", { class: "said" }, words().nobody), element("div", { class: "tear" }), element("p", { class: "what" }, words().nobodyWhat));
  }
  const label = now.recall ? words().recalling : words().calling;
  if (!next) {
    return element("div", { class: `slip across accent one ${now.announced ? "announced" : ""}` },
      element("div", { class: "up" }, element("p", { class: "label" }, icon(now.recall ? "recall" : "bell"), label), element("b", { class: `num n long-${now.number.length}` }, now.number)),
      element("div", { class: "tear" }),
      element("div", { class: "to" }, icon("arrow"), element("span", { class: now.to.length > 16 ? "long" : now.parts.word ? null : "word" }, now.to)));
  }
  return [half(now, "slip accent half announced", label, icon(now.recall ? "recall" : "speaker")), half(next, "slip half after", words().next, null)];
}

function half(call, className, label, drawing) {
  const { word, mark } = call.parts;
  return element("div", { class: `${className} ${word ? "" : "named"}` },
    element("div", { class: "l" }, element("p", { class: "label" }, drawing, label), element("b", { class: `num n long-${call.number.length}` }, call.number)),
    element("div", { class: "tear" }),
    element("div", { class: "r" }, word && element("p", { class: "label" }, word), element("b", { class: word ? "num n" : "n name" }, mark)));
}

function lostPanel(sentence) {
  return element("div", { class: "band lost", role: "alert" }, icon("offline"), element("h2", { dir: "auto" }, sentence), element("p", { dir: "auto" }, words().lostWhat));
}

function row(call, soon) {
  return { number: call.number, parts: deskParts(call.desk), soon };
}

// While nobody was called there is no list, and a sentence has all the room.
function drawRows(rows) {
  show(at("last"), rows.length > 0);
  at("board").classList.toggle("alone", rows.length === 0 && (hub.staleSince !== null || announcer.view().now === null));
  const drawn = draw(at("rows"), rows.slice(0, ROWS), (shown) => shown.map(({ number, parts, soon }) => {
    // A long number with a bell leaves a long name too little room to be read.
    const crowded = soon && number.length > 4 && (parts.word || parts.mark).length > 8;
    return element("li", { class: crowded ? "crowded" : null },
      element("span", { class: "who" }, element("b", { class: "num" }, number), soon && icon("bell")),
      element("span", { class: "d" }, parts.word && element("span", { class: parts.word.length > 8 ? "long" : null }, parts.word), element("b", { class: parts.word ? "num" : "long" }, parts.mark)));
  }));
  if (drawn) fitRows();
}

// Services that take people without an appointment, and others while somebody waits for them.
function drawWaiting() {
  const stale = hub.staleSince !== null;
  const waitingFor = (service) => hub.queue.services.find((one) => one.id === service.id)?.waiting ?? 0;
  const counted = hub.office.services.filter((service) => service.appointment !== "required" || waitingFor(service) > 0);
  const rows = counted.slice(0, SERVICES).map((service) => ({ name: named(service.board_name ?? service.name), count: stale ? "–" : String(waitingFor(service)) }));
  const place = at("waiting");
  mark(place, "aria-label", words().waiting);
  const drawn = draw(place, rows, () => rows.map((one) => element("li", {}, element("span", {}, one.name), element("b", {}, icon("people"), one.count))));
  if (!drawn) return;
  place.classList.toggle("many", rows.length > IN_ONE_LINE);
  place.style.setProperty("--columns", String(Math.ceil(rows.length / 2)));
  fitWaiting();
}

// Names that are too long for their room become smaller, and nothing is left out.
function fitWaiting() {
  const place = at("waiting");
  const many = place.classList.contains("many");
  fit(place, () => (many ? [] : [place]));
  for (const one of place.children) {
    if (many) fit(one, () => [one, one.firstElementChild]);
    else one.style.removeProperty("--fit");
  }
}

function fitCalls() {
  for (const panel of at("calls").children) fit(panel, () => panel.querySelectorAll(".to, .r, .r > *"));
}

function fitRows() {
  for (const row of at("rows").children) fit(row, () => [row, ...row.querySelectorAll(".d, .d > *")]);
}

function drawNotice(closed) {
  const stale = hub.staleSince !== null;
  const booked = hub.office.services.filter((one) => one.appointment === "required").map((one) => named(one.board_name ?? one.name));
  const own = hub.queue.notice ? named(hub.queue.notice.text) : "";
  const byAppointment = booked.length > 0 && !closed ? words().onlyBooked(inASentence(booked, language())) : "";
  const text = stale ? words().stillValid : !hub.queue.open && !closed ? words().closedButServing : own || byAppointment;
  say(at("notice-text"), text);
  mark(at("notice-text"), "dir", language() === "ar" ? "rtl" : "ltr");
  at("notice").classList.toggle("long", text.length > NOTICE_IN_ONE_LINE);
  show(at("notice"), text !== "");
}

function drawSound() {
  show(at("sound"), chime.needsTouch && hub.office !== null);
  say(at("sound-word"), words().sound);
}

function fitAll() {
  fitCalls();
  fitRows();
  fitWaiting();
}

// A picture that stands for years leaves its trace: every few minutes it moves by some pixels.
function shift() {
  const before = Number(document.body.dataset.shift ?? 0);
  document.body.dataset.shift = String((before + 1) % SHIFTS);
}

placeIcons(document);
setInterval(() => !document.hidden && drawAll(), 250);
setInterval(shift, SHIFT_EVERY_MS);
addEventListener("resize", fitAll);
document.fonts.addEventListener("loadingdone", fitAll);
hub.start();
