// SPDX-License-Identifier: GPL-3.0-or-later
// Two soft bell notes by WebAudio. A browser keeps them silent until somebody has touched the page
// once (or it was started with sound allowed); whether that is so is told, never guessed.

const NOTES = [{ hz: 659.26, atS: 0 }, { hz: 523.25, atS: 0.42 }];
const OVERTONES = [[1, 0.6], [2, 0.16], [3, 0.06]];
const RING_S = 1.6;
// The first instants after a silence are often swallowed on the way to the loudspeaker.
const LEAD_S = 0.15;

export class Chime {
  #context = null;
  #changed;

  /** `changed()` is called when it can be heard from now on, or no longer. */
  constructor(changed) {
    this.#changed = changed;
    if (typeof AudioContext === "undefined") return;
    this.#context = new AudioContext();
    this.#context.onstatechange = () => this.#changed();
    const allow = () => this.#context.resume().catch(() => {});
    document.addEventListener("pointerdown", allow);
    document.addEventListener("keydown", allow);
  }

  /** Whether a chime would be heard, as far as the browser goes. */
  get audible() {
    return this.#context?.state === "running";
  }

  /** Whether a touch would make it heard. */
  get needsTouch() {
    return this.#context !== null && !this.audible;
  }

  play() {
    if (!this.audible) return;
    const start = this.#context.currentTime + LEAD_S;
    for (const note of NOTES) {
      for (const [times, loud] of OVERTONES) this.#ring(note.hz * times, loud, start + note.atS, RING_S / times);
    }
  }

  #ring(hz, loud, at, seconds) {
    const tone = new OscillatorNode(this.#context, { frequency: hz });
    const gain = new GainNode(this.#context, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loud * 0.5, at + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    tone.connect(gain).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }
}
