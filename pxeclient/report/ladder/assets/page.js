const told = JSON.parse(document.getElementById("boots").textContent);
const pane = document.getElementById("details");
const hint = pane.firstElementChild;
const lists = [...document.querySelectorAll('[role="listbox"]')].map((list) => [
  ...list.querySelectorAll('[role="option"]'),
]);
let chosen = null;

// The page of a narrow window scrolls as a whole; else its parts do.
const isWhole = () => getComputedStyle(document.querySelector(".lanes")).overflowY === "visible";

const choose = (option, focus = true) => {
  if (chosen) chosen.setAttribute("aria-selected", "false");
  chosen = option;
  for (const each of lists.flat()) each.tabIndex = -1;
  (option || lists[0][0]).tabIndex = 0;
  if (option) {
    option.setAttribute("aria-selected", "true");
    if (focus) option.focus({ preventScroll: true });
    if (focus || !isWhole()) option.scrollIntoView({ block: "nearest" });
  }
  show(option && told[option.id]);
};

const show = (event) => {
  pane.replaceChildren();
  pane.scrollTop = 0;
  if (!event) {
    pane.append(hint);
    return;
  }
  const about = make("div", "about");
  pane.append(make("h3", "", event.heading));
  // What to change comes first; why it is so, the page's head has said.
  if (event.problems && event.problems.length) pane.append(...event.problems.map(problem));
  const facts = make("dl");
  for (const [name, value] of event.facts) facts.append(make("dt", "", name), make("dd", "", value));
  for (const sentence of event.text || []) about.append(make("p", "", sentence));
  about.append(facts);
  if (event.screen) about.append(make("pre", "", event.screen.join("\n")));
  if (event.links && event.links.length) about.append(links(event.links));
  pane.append(about);
  if (event.octets) pane.append(frame(event));
};

const links = (wanted) => {
  const made = make("div", "links");
  for (const [id, words] of wanted) made.append(press("", words, () => choose(document.getElementById(id))));
  return made;
};

// Where Enter leads: the fields of a message, the cures of an end, else what else there is.
const inside = () =>
  pane.querySelector("[data-field]") ||
  pane.querySelector('[role="tab"][tabindex="0"]') ||
  pane.querySelector("button") ||
  pane;

const across = (option, side) => {
  const from = lists.findIndex((list) => list.includes(option));
  const other = lists[from + side];
  if (!other) return undefined;
  const row = Number(option.dataset.row);
  return other.find((each) => Number(each.dataset.row) >= row) || other[other.length - 1];
};

document.querySelector(".lanes").addEventListener("click", (e) => {
  const option = e.target.closest('[role="option"]');
  if (option) choose(option);
});

document.querySelector(".lanes").addEventListener("keydown", (e) => {
  const option = e.target.closest('[role="option"]');
  if (!option || e.ctrlKey || e.altKey || e.metaKey) return;
  const list = lists.find((each) => each.includes(option));
  const to = step(e, list.indexOf(option), list.length - 1);
  const side = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  if (to !== undefined) {
    // From nowhere the first step leads to where the focus is.
    choose(chosen || e.key === "End" ? list[to] : option);
  } else if (side) {
    const other = across(option, side);
    if (other) choose(other);
  } else if (e.key === "Enter" || e.key === " ") {
    if (chosen !== option) choose(option);
    else inside().focus();
  } else if (e.key === "Escape") {
    choose(null);
    option.focus();
  } else {
    return;
  }
  e.preventDefault();
});

pane.addEventListener("keydown", (e) => {
  if (e.key === "Escape" && chosen) {
    chosen.focus();
    e.preventDefault();
  }
});

const theme = document.getElementById("theme");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
const nameTheme = () => { theme.textContent = isDark() ? "Light theme" : "Dark theme"; };
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
});
dark.addEventListener("change", nameTheme);
nameTheme();

for (const button of document.querySelectorAll("[data-to]"))
  button.addEventListener("click", () => {
    choose(document.getElementById(button.dataset.to), false);
    inside().focus();
  });

// Paper has no doors: all is open while it is printed.
let closed = [];
window.addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const each of closed) each.open = true;
});
window.addEventListener("afterprint", () => {
  for (const each of closed) each.open = false;
});

// The end first, of a boot that failed if there is one: it is what a reader has come for.
const ends = lists.map((list) => list[list.length - 1]);
choose(ends.find((each) => told[each.id].failed) || ends[0], false);
