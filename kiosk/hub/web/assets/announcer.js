// SPDX-License-Identifier: GPL-3.0-or-later
// Which call the board shows as the one being called, and what it plays a chime for: every new call
// alone, for six seconds at least, in the order of calling. One that is older than a minute, or whose
// number has left the desk meanwhile, is shown among the last ones and not announced. It knows
// nothing of sound or of drawing.

const HOLD_MS = 6_000;
const STILL_NEWS_MS = 60_000;

const keyOf = (call) => `${call.number} ${call.desk} ${call.at}`;

export class Announcer {
  #known = new Set();
  #log = null;
  #day = null;
  #queue = [];
  #current = null;
  #currentUntilMs = 0;
  #calls = [];

  /**
   * Takes what a new state says. `nowMs` is the hub's time, as everywhere here. A new day or
   * another log makes it forget what it knew.
   */
  take(queue, log, nowMs) {
    if (this.#log !== log || this.#day !== queue.day) {
      this.#log = log;
      this.#day = queue.day;
      this.#known.clear();
      this.#queue = [];
      this.#current = null;
    }
    this.#calls = queue.calls;
    const there = new Set(queue.desks.filter((one) => one.ticket).map((one) => `${one.id} ${one.ticket}`));
    const isTrue = (call) => there.has(`${call.desk} ${queue.day}-${call.number}`);
    const fresh = queue.calls.filter((call) => !this.#known.has(keyOf(call))).reverse();
    this.#queue = [...this.#queue, ...fresh].filter((call) => isTrue(call) && this.#isNews(call, nowMs) && this.#isLatest(call));
    this.#known = new Set(queue.calls.map(keyOf));
  }

  #isNews(call, nowMs) {
    return nowMs - Date.parse(call.at) < STILL_NEWS_MS;
  }

  // A recall replaces the call of the same number that was still to be announced.
  #isLatest(call) {
    return this.#calls.some((one) => keyOf(one) === keyOf(call));
  }

  /** Goes on to the next call when the one shown has had its time; answers what to announce now, or null. */
  turn(nowMs) {
    this.#queue = this.#queue.filter((call) => this.#isNews(call, nowMs));
    if (nowMs < this.#currentUntilMs && this.#current) return null;
    if (this.#queue.length === 0) return null;
    this.#current = this.#queue.shift();
    this.#currentUntilMs = nowMs + HOLD_MS;
    return this.#current;
  }

  /** Lets what was to be announced go: without news nobody knows whether it is still true. */
  hush() {
    this.#queue = [];
    this.#current = null;
    this.#currentUntilMs = 0;
  }

  /**
   * What to show: `now`, the call in the filled panel, or null; `announced`, whether that one was
   * announced; `next`, the one announced after it, or null; `soon`, those that follow; `before`, the
   * others, newest first.
   */
  view(nowMs) {
    const held = this.#current !== null && (nowMs < this.#currentUntilMs || this.#queue.length > 0);
    const now = held ? this.#current : (this.#calls.find((call) => !this.#waits(call)) ?? null);
    const [next = null, ...soon] = this.#queue;
    const above = new Set([now, next, ...soon].filter(Boolean).map((call) => call.number));
    const announced = now !== null && now === this.#current;
    return { now, announced, next, soon, before: this.#calls.filter((call) => !above.has(call.number)) };
  }

  #waits(call) {
    return this.#queue.some((one) => keyOf(one) === keyOf(call));
  }
}
