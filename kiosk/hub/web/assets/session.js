// SPDX-License-Identifier: GPL-3.0-or-later
// Who is signed in at this page, as the hub says it. What proves it is a cookie that no script can read;
// this asks for it, gives it back, and notices when it has ended. It draws nothing.

const SESSION = "/v1/session";
// Others may be signing in at the same moment, and the hub takes them one by one.
const ANSWER_MS = 15_000;

async function ask(method, body) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), ANSWER_MS);
  try {
    const headers = body ? { "Content-Type": "application/json" } : {};
    const answer = await fetch(SESSION, { method, headers, body, cache: "no-store", signal: giveUp.signal });
    const text = await answer.text();
    const waitS = Number(answer.headers.get("Retry-After")) || 0;
    return { status: answer.status, body: text ? JSON.parse(text) : null, waitS };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

export class Session {
  /** `{id, grants, until}` of `/v1/session`; null while nobody is signed in, undefined before it is known. */
  who = undefined;
  /** Whether somebody was signed in before, and is no longer without having signed out. */
  ended = false;

  #changed;
  #asking = false;

  /** `changed()` is called after every change of who is signed in. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Asks the hub who is signed in; no answer leaves it as it was. */
  async ask() {
    if (this.#asking) return;
    this.#asking = true;
    const answer = await ask("GET");
    this.#asking = false;
    if (answer?.status === 200) this.#take(answer.body);
    else if (answer?.status === 401) this.lost();
  }

  /** Nobody is signed in any more, by what the hub says or because the time is over. */
  lost() {
    if (this.who === null) return;
    this.ended = Boolean(this.who);
    this.who = null;
    this.#changed();
  }

  /** Whether the time of whoever is signed in is over at `nowMs` of the hub's time. */
  isOver(nowMs) {
    return Boolean(this.who?.until) && nowMs >= Date.parse(this.who.until);
  }

  /** Whether somebody had to sign in; nobody has to where the hub asks for no credential. */
  get isSomebody() {
    return Boolean(this.who) && this.who.until !== null;
  }

  /** Whether whoever is signed in may work at this desk. */
  mayWorkAt(deskId) {
    return Boolean(this.who?.grants.includes(`desk:${deskId}`));
  }

  /** The one desk that whoever is signed in may work at; null where there are several, or none. */
  get onlyDesk() {
    const desks = this.who?.grants.filter((one) => one.startsWith("desk:")) ?? [];
    return desks.length === 1 ? desks[0].slice("desk:".length) : null;
  }

  /** Signs in. The outcome is `{done: true}`, or `{done: false, code, waitS}` with a code of null when no answer came. */
  async signIn(id, password) {
    const answer = await ask("PUT", JSON.stringify({ id, password }));
    if (answer?.status === 200) {
      this.#take(answer.body);
      return { done: true };
    }
    return { done: false, code: answer ? (answer.body?.code ?? `http-${answer.status}`) : null, waitS: answer?.waitS ?? 0 };
  }

  /** Signs out, and tells if that was done. */
  async signOut() {
    const answer = await ask("DELETE");
    if (answer?.status !== 204) return false;
    this.who = null;
    this.ended = false;
    this.#changed();
    return true;
  }

  #take(body) {
    const same = JSON.stringify(body) === JSON.stringify(this.who);
    this.who = body;
    this.ended = false;
    if (!same) this.#changed();
  }
}
