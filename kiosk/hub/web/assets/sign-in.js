// SPDX-License-Identifier: GPL-3.0-or-later
// The form by which somebody signs in, and what came of it. It keeps no password: the field is emptied as
// soon as the hub has answered. Who is signed in is for session.js, what they may do for the hub.

import { draw, element, mark, say, show } from "/assets/element.js";
import { icon } from "/assets/icon.js";
import { languageAsked, whyNotIn, words } from "/assets/sign-in-words.js";

const at = (id) => document.getElementById(id);

const language = languageAsked();
const said = words(language);

/** Why nobody got in at the last attempt; which id is locked, and until when by the page's own steady clock. */
const last = { why: "", lockedId: "", lockedUntil: null };
let busy = false;

/** Prepares the form; `signedIn()` is called when somebody got in. */
export function prepareSignIn(session, signedIn) {
  const place = at("sign-in");
  mark(place, "lang", language);
  for (const [id, text] of [["sign-in-title", said.title], ["sign-in-id-word", said.id], ["sign-in-password-word", said.password], ["sign-in-seen-word", said.seen]]) say(at(id), text);
  at("sign-in-seen").addEventListener("change", () => mark(at("sign-in-password"), "type", at("sign-in-seen").checked ? "text" : "password"));
  // Somebody else may come in meanwhile.
  at("sign-in-id").addEventListener("input", () => {
    if (last.lockedUntil === null || at("sign-in-id").value.trim() === last.lockedId) return;
    last.lockedUntil = null;
    drawSignIn(session);
  });
  at("sign-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(session, signedIn);
  });
}

async function attempt(session, signedIn) {
  const [id, password] = [at("sign-in-id"), at("sign-in-password")];
  if (busy || waitMs() > 0) return;
  if (!id.value.trim() || !password.value) return (id.value.trim() ? password : id).focus();
  busy = true;
  last.why = "";
  drawSignIn(session);
  const outcome = await session.signIn(id.value.trim(), password.value);
  busy = false;
  if (outcome.done) return leave(signedIn);
  // After a lost answer it may have been right, and is sent again as it stands.
  if (outcome.code !== null && outcome.code !== "busy") password.value = "";
  last.lockedUntil = outcome.code === "too-many" ? performance.now() + outcome.waitS * 1000 : null;
  last.lockedId = id.value.trim();
  last.why = last.lockedUntil ? "" : whyNotIn(said, outcome.code);
  drawSignIn(session);
  password.focus();
}

function leave(signedIn) {
  last.why = "";
  last.lockedUntil = null;
  at("sign-in-password").value = "";
  at("sign-in-seen").checked = false;
  mark(at("sign-in-password"), "type", "password");
  signedIn();
}

function waitMs() {
  return last.lockedUntil === null ? 0 : Math.max(0, last.lockedUntil - performance.now());
}

/** Draws the form, with what came of the last attempt or why it is there again. */
export function drawSignIn(session) {
  const wait = waitMs();
  const why = last.lockedUntil === null ? last.why : wait > 0 ? said.locked(Math.ceil(wait / 60_000)) : said.unlocked;
  const shown = busy ? null : why ? { sign: wait > 0 ? "clock" : last.lockedUntil === null ? "warn" : "check", why } : session.ended ? { sign: "clock", title: said.ended, why: said.again } : null;
  show(at("sign-in-why"), Boolean(shown));
  draw(at("sign-in-why"), shown, () => (shown ? [icon(shown.sign), element("div", {}, shown.title && element("b", {}, shown.title), element("span", {}, shown.why))] : []));
  say(at("sign-in-go"), busy ? said.entering : said.enter);
  mark(at("sign-in-go"), "aria-disabled", wait > 0 ? "true" : null);
  mark(at("sign-in-go"), "class", busy ? "go-in busy" : "go-in");
  mark(at("sign-in-password"), "aria-invalid", last.why && !busy ? "true" : null);
}

/** Puts the cursor where somebody who comes to sign in begins. */
export function beginSignIn() {
  (at("sign-in-id").value ? at("sign-in-password") : at("sign-in-id")).focus();
}

/** What the title of the page is meanwhile. */
export const SIGN_IN_TITLE = said.title;
