// SPDX-License-Identifier: GPL-3.0-or-later
// Torn's line drawings on a grid of 24, as SVG elements. A drawing never stands alone: the word
// beside it says what it means, so all of them are hidden from a screen reader.

const SVG = "http://www.w3.org/2000/svg";

const DRAWINGS = {
  arrow: ["M4 12h16M13.5 5.5 20 12l-6.5 6.5"],
  bell: ["M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4"],
  button: [[12, 12, 9], [12, 12, 4.2]],
  calendar: ["M5.5 5h13a2 2 0 0 1 2 2v11.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM3.5 9.8h17M8 3v4M16 3v4M8.8 15l2.3 2.3 4.3-4.4"],
  chat: ["M3.5 4.5h17v12h-8.3L7.5 20.5v-4h-4zM8 9h8M8 12.2h5"],
  check: ["M4.5 12.5l5 5L19.5 7"],
  clock: [[12, 12, 9], "M12 7v5.2l3.4 2"],
  door: ["M5 21V3.5h11V21M3 21h18M12.8 12.2v.01"],
  info: [[12, 12, 9], "M12 11v5.6M12 7.6v.01"],
  noshow: [[10, 8, 3.6], "M3 20a7 7 0 0 1 10.4-6.1M16.2 15.5l5 5M21.2 15.5l-5 5"],
  offline: ["M3.5 9.2a13 13 0 0 1 4.2-2.7M11 5.6a13 13 0 0 1 9.5 3.6M6.5 12.7a8.6 8.6 0 0 1 3-1.9M14.6 10.9c1.1.4 2 1 2.9 1.8M9.5 16.1a4.2 4.2 0 0 1 5 0M12 19.5v.01M4 3l16 18"],
  park: [[12, 12, 9], "M10 9v6M14 9v6"],
  people: [[9, 8.3, 3.2], "M3 19.5a6 6 0 0 1 12 0M15.4 5.4a3.2 3.2 0 0 1 0 5.8M17.4 14a6 6 0 0 1 3.6 5.5"],
  person: [[12, 8, 3.6], "M5 20a7 7 0 0 1 14 0"],
  printer: ["M7 9V3.5h10V9M7 17H5a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-2M7 14h10v6.5H7z"],
  recall: ["M19.8 12a7.8 7.8 0 1 1-2.3-5.5L20 9M20 4v5h-5"],
  speaker: ["M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.3a8 8 0 0 1 0 11.4"],
  ticket: ["M4.5 6h15A1.5 1.5 0 0 1 21 7.5V10a2 2 0 0 0 0 4v2.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5V14a2 2 0 0 0 0-4V7.5A1.5 1.5 0 0 1 4.5 6zM14.5 9v.01M14.5 12v.01M14.5 15v.01"],
  transfer: ["M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4"],
  tv: ["M4.5 5h15A1.5 1.5 0 0 1 21 6.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 15.5v-9A1.5 1.5 0 0 1 4.5 5zM8 20.5h8M12 17v3.5"],
  warn: ["M12 3.5 22 20.5H2zM12 10v4.6M12 17.4v.01"],
};

// Drawings that point somewhere follow the direction of reading.
const POINTING = new Set(["arrow"]);

function shape(part) {
  if (typeof part === "string") {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", part);
    return path;
  }
  const circle = document.createElementNS(SVG, "circle");
  ["cx", "cy", "r"].forEach((name, i) => circle.setAttribute(name, part[i]));
  return circle;
}

/** The drawing of this name, as large as the text around it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", POINTING.has(name) ? "icon flip" : "icon");
  svg.append(...(DRAWINGS[name] ?? DRAWINGS.info).map(shape));
  return svg;
}

/** Puts the drawings where the page's `<i data-icon="name">` keep their places. */
export function placeIcons(root) {
  for (const place of root.querySelectorAll("i[data-icon]")) place.replaceWith(icon(place.dataset.icon));
}
