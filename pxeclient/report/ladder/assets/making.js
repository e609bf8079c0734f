// Elements are made of text alone: whatever came from a network stays what it is.
const make = (tag, style, text) => {
  const made = document.createElement(tag);
  if (style) made.className = style;
  if (text !== undefined) made.textContent = text;
  return made;
};

const press = (style, words, then) => {
  const button = make("button", style, words);
  button.type = "button";
  button.addEventListener("click", then);
  return button;
};

// Where a key leads from place `at` of 0 to `last`; undefined if it is no such key.
const step = (e, at, last) => {
  if (e.ctrlKey || e.altKey || e.metaKey) return undefined;
  const to = {
    ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1,
    PageDown: at + 10, PageUp: at - 10, Home: 0, End: last,
  }[e.key];
  return to === undefined ? undefined : Math.max(0, Math.min(last, to));
};
