// SPDX-License-Identifier: GPL-3.0-or-later
// Which call fills the board's panel, and what it plays a chime for, as the board on the lobby's own
// machine has it: every new call alone, for six seconds at least, in the order of calling; after that
// the last one stays as long as its number is at the desk, and then the newest whose number still is.
// One that is older than a minute, or from before the page was opened, is shown and not announced.
// It knows nothing of sound or of drawing.

const HOLD_MS = 6_000;
// With so many in line each has less time, and no chime of its own.
const CROWD = 3;
const HOLD_IN_CROWD_MS = 3_000;
// The number that is up, called again with nobody in line, rings so long after its last chime.
const CHIME_ROOM_MS = 2_000;
const STILL_NEWS_MS = 60_000;

const keyOf = (call) => `${call.number} ${call.desk} ${call.at}`;
const isSameCall = (one, other) => one.number === other.number && one.desk === other.desk;
const isNews = (call, nowMs) => nowMs - Date.parse(call.at) <= STILL_NEWS_MS;

export class Announcer {
  #known = new Set();
  #log = null;
  #day = null;
  #calls = [];
  #atDesks = new Set();
  // The calls that wait for the panel.
  #line = [];
  // What fills the panel, and since when it is being announced; null once it was put up in silence.
  #filled = null;
  #sinceMs = null;

  /**
   * Takes what a new state says. `nowMs` is the hub's time, as everywhere here. With a new day or
   * another log it begins anew, and what was called until then is history.
   */
  take(queue, log, nowMs) {
    if (this.#log !== log || this.#day !== queue.day) {
      this.#log = log;
      this.#day = queue.day;
      this.#known = new Set(queue.calls.map(keyOf));
      this.#line = [];
      this.#filled = this.#sinceMs = null;
    }
    this.#calls = queue.calls;
    this.#atDesks = new Set(queue.desks.filter((one) => one.ticket).map((one) => `${one.id} ${one.ticket}`));
    const unheard = queue.calls.filter((call) => !this.#known.has(keyOf(call)) && this.#isTrue(call));
    for (const call of unheard.filter((one) => isNews(one, nowMs)).reverse()) this.#add(call);
    const [late] = unheard.filter((one) => !isNews(one, nowMs));
    if (late) this.#putUp(late, nowMs);
    this.#line = this.#line.filter((call) => this.#isTrue(call) && isNews(call, nowMs));
    this.#known = new Set(queue.calls.map(keyOf));
  }

  // One that stands in line keeps its place; a number called to another desk loses its old one.
  #add(call) {
    if (this.#line.some((one) => isSameCall(one, call))) return;
    this.#line = [...this.#line.filter((one) => one.number !== call.number), call];
  }

  // In silence, unless a newer one is up or one is being announced.
  #putUp(call, nowMs) {
    const isNewer = !this.#filled || this.#filled.at < call.at;
    if (!isNewer || this.#line.length > 0 || this.#holds(nowMs)) return;
    this.#filled = call;
    this.#sinceMs = null;
  }

  #isTrue(call) {
    return this.#atDesks.has(`${call.desk} ${this.#day}-${call.number}`);
  }

  #holdMs() {
    const isAgain = this.#line.length === 1 && this.#filled && isSameCall(this.#line[0], this.#filled);
    if (isAgain) return CHIME_ROOM_MS;
    return this.#line.length >= CROWD ? HOLD_IN_CROWD_MS : HOLD_MS;
  }

  #holds(nowMs) {
    return this.#sinceMs !== null && nowMs - this.#sinceMs < this.#holdMs();
  }

  /**
   * Goes on to what the panel shows at `nowMs`. Answers the call to announce now, with `rings` for
   * whether it has a chime, or null.
   */
  turn(nowMs) {
    if (this.#holds(nowMs)) return null;
    const isInARow = this.#sinceMs !== null && nowMs - this.#sinceMs < HOLD_MS * 2;
    const isCrowd = this.#line.length >= CROWD && isInARow;
    const call = this.#line.shift();
    if (call) {
      this.#filled = call;
      this.#sinceMs = nowMs;
      return { ...call, rings: !isCrowd };
    }
    if (!this.#filled || !this.#isTrue(this.#filled)) {
      this.#filled = this.#calls.find((one) => this.#isTrue(one)) ?? null;
      this.#sinceMs = null;
    }
    return null;
  }

  /** Ends the announcing of the panel's call, whose number stays up: without news nobody swings or rings. */
  hush() {
    this.#sinceMs = null;
  }

  /**
   * What to show: `now`, the call in the filled panel, or null; `announced`, whether that one is or
   * was announced; `next`, the one announced after it, or null; `soon`, those that follow; `before`,
   * the others, newest first.
   */
  view() {
    const now = this.#filled;
    const [next = null, ...soon] = this.#line.filter((call) => !now || !isSameCall(call, now));
    const above = new Set([now, next, ...soon].filter(Boolean).map((call) => call.number));
    const before = this.#calls.filter((call) => !above.has(call.number));
    return { now, announced: this.#sinceMs !== null, next, soon, before };
  }
}
