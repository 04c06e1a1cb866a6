// SPDX-License-Identifier: GPL-3.0-or-later
// Making elements, and drawing a part of a page only when what it shows has changed, so that
// focus, selection and animations survive a new state and a live region is not read again.

/**
 * An element with its attributes and children; `class` is given as an attribute, and a child that
 * is null or false is left out. Text is always text: nothing here is read as markup.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

const shown = new WeakMap();

/** Fills `place` with what `build(data)` gives, if `data` is not what it shows already; tells if it did. */
export function draw(place, data, build) {
  const key = JSON.stringify(data);
  if (shown.get(place) === key) return false;
  shown.set(place, key);
  place.replaceChildren(...[build(data)].flat());
  return true;
}

/** Sets the text of an element, if it is another one. */
export function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** Sets an attribute, or takes it away with null, if that changes anything. */
export function mark(place, name, value) {
  if (place.getAttribute(name) === value) return;
  if (value === null) place.removeAttribute(name);
  else place.setAttribute(name, value);
}

/** Shows an element or hides it, if that changes anything. */
export function show(place, shown) {
  mark(place, "hidden", shown ? null : "");
}

/** Gives the page its title, if it is another one. */
export function entitle(title) {
  if (document.title !== title) document.title = title;
}
