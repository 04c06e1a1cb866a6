// SPDX-License-Identifier: GPL-3.0-or-later
// A page's news from the hub. The stream is only a doorbell: when it rings, /v1/state is fetched,
// at most twice a second, and the page draws what it says. No rule of the queue is worked out here.
// What is shown is stale when for five seconds there was neither a frame that confirmed it nor a
// newer state; the page then says so, and since when, until it has caught up by itself.

import { HubClock } from "/assets/clock.js";

const SILENCE_MS = 5_000;
const RETRY_MS = 2_000;
const ANSWER_MS = 4_000;
const READ_AGAIN_MS = 1_000;
// Waits, and who can still be restored, change with the time alone.
const READ_ANEW_MS = 15_000;

// A browser only hears the kinds it asks for by name. One that is missing here is noticed all the
// same, two seconds later, because a beat names the newest event.
const KINDS = [
  "day-began", "office-configured", "office-opened", "office-closed", "service-opened", "service-closed",
  "desk-opened", "desk-paused", "desk-closed", "ticket-issued", "ticket-called", "ticket-recalled",
  "ticket-finished", "ticket-no-show", "ticket-restored", "ticket-transferred", "ticket-parked",
  "ticket-resumed", "ticket-cancelled", "ticket-printed", "appointments-changed", "calendar-set",
  "desk-assigned", "device-reported", "notice-set", "help-asked", "help-ended", "figures-noted",
];
const NEWS_OF_THE_OFFICE = new Set(["day-began", "office-configured"]);

/** Fetches JSON, giving up after some milliseconds or when `signal` says so. */
export async function fetchJson(path, signal) {
  const giveUp = new AbortController();
  const abort = () => giveUp.abort();
  const timer = setTimeout(abort, ANSWER_MS);
  signal?.addEventListener("abort", abort);
  try {
    const answer = await fetch(path, { cache: "no-store", signal: giveUp.signal });
    const body = answer.ok ? await answer.json() : null;
    return { ok: answer.ok, status: answer.status, log: answer.headers.get("Torn-Log"), body };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

export class Hub {
  /** The hub's time. */
  clock = new HubClock();
  /** `/v1/office`, or null before it came. */
  office = null;
  /** `/v1/state`, or null before it came. */
  queue = null;
  /** The UUID of the log that `queue` was read from. */
  log = null;
  /** Since when what is shown is not confirmed, in milliseconds of the hub's time; null while it is. */
  staleSince = null;

  #changed;
  #attempt = null;
  #stream = null;
  #retryTimer = 0;
  #silenceTimer = 0;
  #ringTimer = 0;
  #rung = false;
  #reading = false;
  #officeWanted = false;
  #readStarts = [-Infinity, -Infinity];
  #freshAt = performance.now();
  #freshHubMs = null;

  /** `changed()` is called after every change of what the hub is known to be. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Begins to follow; a hidden page lets go of its stream, and takes it up when it is seen again. */
  start() {
    document.addEventListener("visibilitychange", () => this.#followVisibility());
    this.#followVisibility();
  }

  /** Ends it for good. */
  stop() {
    this.#letGo();
    clearTimeout(this.#silenceTimer);
    this.#followVisibility = () => {};
  }

  /** Tries to reach the hub now rather than at the next turn. */
  again() {
    this.#connect();
  }

  /** Something happened: fetch the state, now or as soon as the limit of two a second allows. */
  ring() {
    this.#rung = true;
    if (this.#reading || this.#ringTimer) return;
    const wait = Math.max(0, this.#readStarts[0] + READ_AGAIN_MS - performance.now());
    this.#ringTimer = setTimeout(() => {
      this.#ringTimer = 0;
      this.#read();
    }, wait);
  }

  #followVisibility = () => {
    if (document.hidden) {
      this.#letGo();
      clearTimeout(this.#silenceTimer);
      return;
    }
    // Long out of sight, the picture is old; but one second for the new state spares a flash.
    const age = performance.now() - this.#freshAt;
    this.#watchSilence(Math.max(RETRY_MS / 2, SILENCE_MS - age));
    this.#connect();
  };

  #letGo() {
    this.#attempt?.abort();
    this.#attempt = null;
    this.#stream?.close();
    this.#stream = null;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#ringTimer);
    this.#ringTimer = 0;
    this.#rung = false;
  }

  async #connect() {
    this.#letGo();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const startedAt = performance.now();
    this.#officeWanted = true;
    if (await this.#readOnce(attempt)) {
      this.#open(attempt);
    } else if (attempt === this.#attempt) {
      this.#retryAfter(RETRY_MS - (performance.now() - startedAt));
    }
  }

  // A little earlier or later each time, so that the office's pages don't all come back at once.
  #retryAfter(ms) {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#connect(), Math.max(0, ms) + Math.random() * 300);
  }

  // The state just fetched says where the stream goes on: nothing of the day is told again.
  #open(attempt) {
    const stream = new EventSource(`/v1/events?after=${this.queue.seq}`);
    this.#stream = stream;
    for (const kind of KINDS) {
      stream.addEventListener(kind, (frame) => {
        if (NEWS_OF_THE_OFFICE.has(kind)) this.#officeWanted = true;
        this.#heard(frame.data);
      });
    }
    stream.addEventListener("beat", (frame) => this.#heard(frame.data));
    stream.onerror = () => {
      stream.close();
      if (attempt === this.#attempt) this.#retryAfter(RETRY_MS);
    };
  }

  #heard(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.now) this.clock.hear(frame.now);
    const isOld = performance.now() - this.#readStarts[1] > READ_ANEW_MS;
    const trustsAnew = "clock_trusted" in frame && frame.clock_trusted !== this.queue.clock_trusted;
    if (frame.seq > this.queue.seq || isOld || trustsAnew || this.#officeWanted || this.staleSince !== null) this.ring();
    else this.#confirm();
  }

  async #read() {
    const attempt = this.#attempt;
    if (!attempt) return;
    this.#rung = false;
    const done = await this.#readOnce(attempt);
    if (attempt !== this.#attempt) return;
    if (!done || this.#rung) this.ring();
  }

  async #readOnce(attempt) {
    this.#reading = true;
    this.#readStarts = [this.#readStarts[1], performance.now()];
    try {
      if (this.#officeWanted) {
        const office = await fetchJson("/v1/office", attempt.signal);
        if (!office.ok || attempt !== this.#attempt) return false;
        this.office = office.body;
        this.#officeWanted = false;
      }
      const state = await fetchJson("/v1/state", attempt.signal);
      if (!state.ok || attempt !== this.#attempt) return false;
      return this.#take(state);
    } catch {
      return false;
    } finally {
      this.#reading = false;
    }
  }

  #take(state) {
    if (this.log !== null && this.log !== state.log) this.#officeWanted = true;
    this.log = state.log;
    this.queue = state.body;
    this.clock.hear(state.body.now);
    this.#confirm();
    this.#changed();
    return true;
  }

  #confirm() {
    this.#freshAt = performance.now();
    this.#freshHubMs = this.clock.now();
    this.#watchSilence(SILENCE_MS);
    if (this.staleSince === null) return;
    this.staleSince = null;
    this.#changed();
  }

  #watchSilence(ms) {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#goStale(), ms);
  }

  #goStale() {
    if (this.staleSince === null) this.staleSince = this.#freshHubMs ?? this.clock.now();
    this.#changed();
    this.#connect();
  }
}
