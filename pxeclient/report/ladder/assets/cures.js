
// Findings with what to change: a tab for each server, and its lines to copy.
let preferred = null;
let tabs = 0;

const problem = (found, at) => {
  const box = make(at ? "details" : "section", "problem" + (found.stops ? " stops" : ""));
  const head = make(at ? "summary" : "h4", "", `▲ ${found.id}: ${found.title}`);
  head.append(" ", make("span", "mark", found.mark));
  box.append(head);
  found.remedies.forEach((remedy, number) => box.append(cure(remedy, number, found.basis)));
  for (const sentence of [...found.seen, found.why]) box.append(make("p", "", sentence));
  return box;
};

const cure = (remedy, at, basis) => {
  const box = make("div", "cure");
  const words = make("p");
  words.append(make("b", "", at ? "Or" : "Cure"), " ", remedy.do);
  box.append(words);
  if (!remedy.settings.length) return box;
  if (basis && !at) box.append(make("p", "mark", `${remedy.settings[0][0]} first: ${basis}`));
  box.append(...choice(remedy.settings));
  return box;
};

const choice = (settings) => {
  const list = make("div", "tabs");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Server");
  const panels = settings.map(([server, isProse, text]) => {
    const number = ++tabs;
    const tab = press("", server, () => take(server));
    tab.id = `tab-${number}`;
    tab.dataset.server = server;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `panel-${number}`);
    list.append(tab);
    return panel(number, server, isProse, text);
  });
  list.addEventListener("keydown", (e) => {
    const all = [...list.children];
    const at = all.indexOf(e.target);
    const last = all.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[e.key];
    if (at < 0 || to === undefined || e.ctrlKey || e.altKey || e.metaKey) return;
    e.preventDefault();
    take(all[to].dataset.server);
    all[to].focus();
  });
  turn(list, panels, preferred);
  return [list, ...panels];
};

const panel = (number, server, isProse, text) => {
  const box = make("div", "panel");
  box.id = `panel-${number}`;
  box.dataset.server = server;
  box.setAttribute("role", "tabpanel");
  box.setAttribute("aria-labelledby", `tab-${number}`);
  box.append(make("p", "whose", server));
  box.append(isProse ? make("p", "prose", text) : make("pre", "lines", text));
  const button = press("copy", "Copy", () => copy(text, server, button));
  button.setAttribute("aria-label", `Copy what ${server} needs`);
  box.append(button);
  return box;
};

// Whoever has chosen a server once means it everywhere.
const take = (server) => {
  preferred = server;
  for (const list of document.querySelectorAll('[role="tablist"]')) {
    const panels = [...list.parentElement.querySelectorAll('[role="tabpanel"]')];
    if ([...list.children].some((tab) => tab.dataset.server === server)) turn(list, panels, server);
  }
};

const turn = (list, panels, server) => {
  const all = [...list.children];
  const at = Math.max(0, all.findIndex((tab) => tab.dataset.server === server));
  all.forEach((tab, i) => {
    tab.setAttribute("aria-selected", String(i === at));
    tab.tabIndex = i === at ? 0 : -1;
    panels[i].hidden = i !== at;
  });
};

const copy = async (text, server, button) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without that right there is still the old way: what is selected.
    const field = make("textarea", "unseen");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  button.textContent = "Copied";
  document.getElementById("said").textContent = `What ${server} needs has been copied.`;
  window.setTimeout(() => {
    button.textContent = "Copy";
    document.getElementById("said").textContent = "";
  }, 3000);
};
