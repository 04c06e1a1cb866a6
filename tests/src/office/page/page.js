// SPDX-License-Identifier: GPL-3.0-or-later
// The office's page: draws what the stream of news says has changed, passes touches and presses on.
// It knows no rule of the queue and keeps nothing.

const by = (id) => document.getElementById(id);
const office = await (await fetch("office")).json();
document.body.classList.toggle("windows", !office.headless);
by("desk").href = `${office.hub}/desk`;
by("board").href = `${office.hub}/lobby`;

const lamps = office.desks.map((desk) => {
  const article = by("desk-button").content.cloneNode(true).firstElementChild;
  article.querySelector("b").textContent = `Desk ${desk}`;
  for (const button of article.querySelectorAll("button")) {
    button.setAttribute("aria-label", `${button.textContent} the button of desk ${desk}`);
    button.addEventListener("click", () => fetch(`desks/${desk}/${button.dataset.press}`, { method: "POST" }));
  }
  by("desks").append(article);
  return article.querySelector(".lamp");
});

// One picture at a time is fetched per screen; what changed meanwhile is fetched next.
function screen(image, name) {
  let shown = -1, wanted = 0, busy = false;
  const next = () => {
    if (busy || shown === wanted) return;
    busy = true;
    shown = wanted;
    image.src = `${name}/frame.png?${shown}`;
  };
  const nameOf = image.alt;
  const done = () => { busy = false; next(); };
  image.addEventListener("load", done);
  image.addEventListener("error", done);
  // Who does not see the picture is read what stands on it.
  image.addEventListener("load", async () => {
    const answer = await fetch(`${name}/elements`).catch(() => null);
    if (!answer?.ok) return;
    const elements = await answer.json();
    image.alt = [nameOf, ...elements.map((element) => element.spoken)].join(". ");
  });
  return (count) => { wanted = count; next(); };
}
const kiosk = screen(by("kiosk"), "kiosk");
const lobby = screen(by("lobby"), "lobby");

// One after the other: a release may not overtake its press.
let sent = Promise.resolve();
const post = (path, body) => {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body };
  sent = sent.then(() => fetch(path, request)).catch(() => {});
};
let held = false;
function touch(kind) {
  return (event) => {
    if (kind === "move" && !held) return;
    held = kind === "press" || (kind === "move" && held);
    if (kind === "press") event.target.setPointerCapture(event.pointerId);
    const image = event.target, box = image.getBoundingClientRect();
    const border = image.clientLeft;
    const x = (event.clientX - box.left - border) * image.naturalWidth / image.clientWidth;
    const y = (event.clientY - box.top - border) * image.naturalHeight / image.clientHeight;
    post("kiosk/touch", JSON.stringify({ x, y, kind }));
    event.preventDefault();
  };
}
by("kiosk").addEventListener("pointerdown", touch("press"));
by("kiosk").addEventListener("pointermove", touch("move"));
by("kiosk").addEventListener("pointerup", touch("release"));
by("kiosk").addEventListener("pointercancel", touch("release"));

let slips = -1;
function slip(count) {
  if (count === slips) return;
  const first = slips < 0;
  slips = count;
  by("no-slip").hidden = count > 0;
  by("slip").hidden = count === 0;
  if (count === 0) return;
  by("slip").classList.remove("new");
  by("slip").onload = () => by("slip").classList.toggle("new", !first);
  by("slip").src = `slips/${count - 1}`;
}

function say(text) {
  by("ended").textContent = text;
  by("ended").hidden = text === "";
}

const stream = new EventSource("news");
stream.onmessage = (message) => {
  const news = JSON.parse(message.data);
  if (office.headless) { kiosk(news.kiosk); lobby(news.lobby); }
  slip(news.slips);
  news.lamps.forEach((lit, place) => lamps[place].classList.toggle("lit", lit));
  say(news.ended.length ? `Not running any more: ${news.ended.join(", ")}. The terminal says why.` : "");
};
stream.onerror = () => say("The office is closed: “cargo office” does not answer.");
