// SPDX-License-Identifier: GPL-3.0-or-later
// The office's one colour. Everything else that is of that colour follows from it in look.css.

/** Gives the page the colour of `/v1/office`, `#0A5361`, or the usual one where it has none. */
export function wearAccent(accent) {
  const colour = /^#[0-9a-f]{6}$/i.test(accent ?? "") ? accent : "";
  const style = document.documentElement.style;
  if (style.getPropertyValue("--accent") === colour) return;
  if (colour) style.setProperty("--accent", colour);
  else style.removeProperty("--accent");
}
