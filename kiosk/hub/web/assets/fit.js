// SPDX-License-Identifier: GPL-3.0-or-later
// Type that is made smaller where it would not fit: a part of a page has a custom property `--fit`,
// by which its style multiplies what may shrink.

const STEP = 0.06;
const SMALLEST = 0.46;

/** Makes `place` fit: smaller by steps until none of `parts()` holds more than it has room for. */
export function fit(place, parts) {
  const overflows = () => [...parts()].some((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0);
  for (let size = 1; size >= SMALLEST; size -= STEP) {
    place.style.setProperty("--fit", size.toFixed(2));
    if (!overflows()) return;
  }
}
