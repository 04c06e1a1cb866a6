// SPDX-License-Identifier: GPL-3.0-or-later
// The hub's time, as a page knows it: what the hub said last, and what has passed since by the
// page's own steady clock. The device's clock is never shown once the hub has spoken.

export class HubClock {
  #hubMs = null;
  #heardAtMs = 0;

  /** Takes the hub's time, RFC 3339, from a beat or a state. */
  hear(now) {
    const ms = Date.parse(now);
    if (Number.isNaN(ms)) return;
    this.#hubMs = ms;
    this.#heardAtMs = performance.now();
  }

  /** The hub's time in milliseconds since 1970; the device's until the hub has spoken. */
  now() {
    return this.#hubMs === null ? Date.now() : this.#hubMs + performance.now() - this.#heardAtMs;
  }
}
