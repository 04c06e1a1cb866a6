// SPDX-License-Identifier: GPL-3.0-or-later
// The board in a browser: the call now, the last ones, how many wait. It draws what the hub says and
// rings for what is new; it never sends anything.

import { wearAccent } from "/assets/accent.js";
import { Announcer } from "/assets/announcer.js";
import { Chime } from "/assets/chime.js";
import { dayOf, hourOf, inLanguage, isOneOClock, listOf } from "/assets/dates.js";
import { draw, element, entitle, mark, say, show } from "/assets/element.js";
import { Hub } from "/assets/hub.js";
import { icon, placeIcons } from "/assets/icon.js";
import { boardWords } from "/assets/lobby-words.js";

const ROWS = 4;
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
  const parts = /^(.*\S)\s+(\S{1,3})$/.exec(name);
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
  drawCalls();
  drawWaiting();
  drawNotice();
  drawSound();
  show(at("main"), true);
}

function announce(call) {
  if (!call) return;
  chime.play();
  say(at("spoken"), `${call.recall ? words().recalling : words().calling}: ${call.number}, ${deskName(call.desk)}`);
}

function drawUnreached() {
  draw(at("calls"), "unreached", () => lostPanel(words().unreached));
  show(at("main"), true);
  show(at("last"), false);
}

function drawTop() {
  const { office, clock } = hub;
  say(at("town"), office.town ? named(office.town) : named(office.name));
  say(at("name"), office.town ? named(office.name) : "");
  say(at("day"), dayOf(clock.now(), language(), office.time_zone));
  say(at("time"), hour(clock.now()));
}

function drawCalls() {
  const stale = hub.staleSince !== null;
  const view = announcer.view(hub.clock.now());
  show(at("last"), true);
  at("last").classList.toggle("old", stale);
  if (stale) {
    draw(at("calls"), ["lost", hub.staleSince], () => lostPanel(words().lost(theHour(hub.staleSince))));
    say(at("last-word"), words().lastBefore(theHour(hub.staleSince)));
    show(at("last-word"), hub.queue.calls.length > 0);
    drawRows(hub.queue.calls.map((call) => row(call, false)));
    return;
  }
  const { now, next } = view;
  const panel = now && { ...now, announced: view.announced, to: deskName(now.desk), parts: deskParts(now.desk) };
  const second = next && { ...next, parts: deskParts(next.desk) };
  draw(at("calls"), [language(), panel, second], () => callPanels(panel, second));
  say(at("last-word"), words().last);
  show(at("last-word"), view.soon.length + view.before.length > 0);
  drawRows([...view.soon.map((call) => row(call, true)), ...view.before.map((call) => row(call, false))]);
}

function callPanels(now, next) {
  if (!now) return element("div", { class: "slip idle" }, element("p", {}, words().nobody));
  const label = now.recall ? words().recalling : words().calling;
  if (!next) {
    return element("div", { class: `slip across accent one ${now.announced ? "announced" : ""}` },
      element("div", { class: "up" }, element("p", { class: "label" }, icon("bell"), label), element("b", { class: `num n long-${now.number.length}` }, now.number)),
      element("div", { class: "tear" }),
      element("div", { class: "to" }, icon("arrow"), element("span", { class: now.to.length > 7 ? "long" : null }, now.to)));
  }
  return [half(now, "slip accent half announced", label, icon("speaker")), half(next, "slip half after", words().next, null)];
}

function half(call, className, label, drawing) {
  return element("div", { class: className },
    element("div", { class: "l" }, element("p", { class: "label" }, drawing, label), element("b", { class: `num n long-${call.number.length}` }, call.number)),
    element("div", { class: "tear" }),
    element("div", { class: "r" }, element("p", { class: "label" }, call.parts.word || words().desk), element("b", { class: call.parts.mark.length > 3 ? "num n name" : "num n" }, call.parts.mark)));
}

function lostPanel(sentence) {
  return element("div", { class: "band lost", role: "alert" }, icon("offline"), element("h2", { dir: "auto" }, sentence), element("p", { dir: "auto" }, words().lostWhat));
}

function row(call, soon) {
  return { number: call.number, parts: deskParts(call.desk), soon };
}

function drawRows(rows) {
  draw(at("rows"), rows.slice(0, ROWS), (shown) => shown.map(({ number, parts, soon }) => element("li", {},
    element("span", { class: "who" }, soon && icon("bell"), element("b", { class: "num" }, number)),
    element("span", { class: "d" }, parts.word && `${parts.word} `, element("b", { class: parts.mark.length > 3 ? "num name" : "num" }, parts.mark)))));
}

function drawWaiting() {
  const stale = hub.staleSince !== null;
  const rows = hub.office.services.map((service) => {
    const now = hub.queue.services.find((one) => one.id === service.id);
    return { name: named(service.board_name ?? service.name), count: stale || !now ? "–" : String(now.waiting) };
  });
  const place = at("waiting");
  mark(place, "aria-label", words().waiting);
  const drawn = draw(place, rows, () => rows.map((one) => element("li", {}, element("span", {}, one.name), element("b", {}, icon("people"), one.count))));
  if (drawn) fitWaiting(place);
}

// Where the services don't fit in one line, those that nobody waits for give way, the last first.
function fitWaiting(place) {
  const items = [...place.children];
  for (const one of items) show(one, true);
  if (getComputedStyle(place).display !== "flex") return;
  const spare = items.filter((one) => one.querySelector("b").textContent === "0" || one.querySelector("b").textContent === "–");
  while (place.scrollWidth > place.clientWidth && spare.length > 0) show(spare.pop(), false);
}

function drawNotice() {
  const stale = hub.staleSince !== null;
  const booked = hub.office.services.filter((one) => one.appointment === "required").map((one) => named(one.board_name ?? one.name));
  const own = hub.queue.notice ? named(hub.queue.notice.text) : "";
  const text = stale ? words().stillValid : own || (booked.length > 0 ? words().onlyBooked(listOf(booked, language())) : "");
  say(at("notice-text"), text);
  mark(at("notice-text"), "dir", language() === "ar" ? "rtl" : "ltr");
  show(at("notice"), text !== "");
}

function drawSound() {
  show(at("sound"), chime.needsTouch && hub.office !== null);
  say(at("sound-word"), words().sound);
}

// A picture that stands for years leaves its trace: every few minutes it moves by some pixels.
function shift() {
  const before = Number(document.body.dataset.shift ?? 0);
  document.body.dataset.shift = String((before + 1) % SHIFTS);
}

placeIcons(document);
setInterval(() => !document.hidden && drawAll(), 250);
setInterval(shift, SHIFT_EVERY_MS);
addEventListener("resize", () => hub.queue && hub.office && fitWaiting(at("waiting")));
hub.start();
