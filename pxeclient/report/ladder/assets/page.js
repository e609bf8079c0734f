"use strict";
(() => {
  const told = JSON.parse(document.getElementById("boots").textContent);
  const pane = document.getElementById("details");
  const hint = pane.firstElementChild;
  const lists = [...document.querySelectorAll('[role="listbox"]')].map((list) => [
    ...list.querySelectorAll('[role="option"]'),
  ]);
  let chosen = null;

  // Elements are made of text alone: whatever came from a network stays what it is.
  const make = (tag, style, text) => {
    const made = document.createElement(tag);
    if (style) made.className = style;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const choose = (option, focus = true) => {
    if (chosen) chosen.setAttribute("aria-selected", "false");
    chosen = option;
    for (const each of lists.flat()) each.tabIndex = -1;
    (option || lists[0][0]).tabIndex = 0;
    if (option) {
      option.setAttribute("aria-selected", "true");
      if (focus) option.focus({ preventScroll: true });
      option.scrollIntoView({ block: "nearest" });
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
    about.append(make("h3", "", event.heading));
    const facts = make("dl");
    for (const [name, value] of event.facts) facts.append(make("dt", "", name), make("dd", "", value));
    about.append(facts);
    if (event.screen && event.screen.length) about.append(make("pre", "", event.screen.join("\n")));
    for (const sentence of event.text || []) about.append(make("p", "", sentence));
    if (event.links && event.links.length) about.append(links(event.links));
    pane.append(about);
    if (event.octets) pane.append(frame(event));
  };

  const links = (wanted) => {
    const made = make("div", "links");
    for (const [id, words] of wanted) {
      const button = make("button", "", words);
      button.type = "button";
      button.addEventListener("click", () => choose(document.getElementById(id)));
      made.append(button);
    }
    return made;
  };

  const frame = (event) => {
    const octets = event.octets.match(/../g);
    const owner = event.fields.flatMap(([, length], at) => Array(length).fill(at));
    const dump = hexDump(octets);
    const table = fieldTable(event.fields);
    const box = make("div", "frame");
    box.append(dump, table);
    const mark = (at, style) => {
      for (const old of box.querySelectorAll("." + style)) old.classList.remove(style);
      if (at === undefined) return;
      table.querySelector(`[data-field="${at}"]`).classList.add(style);
      const [offset, length] = event.fields[at];
      for (let i = offset; i < offset + length; i++)
        for (const octet of dump.querySelectorAll(`[data-octet="${i}"]`)) octet.classList.add(style);
    };
    const pick = (at, focus) => {
      mark(at, "hit");
      const row = table.querySelector(`[data-field="${at}"]`);
      for (const other of table.querySelectorAll("[data-field]")) {
        other.tabIndex = other === row ? 0 : -1;
        other.setAttribute("aria-selected", String(other === row));
      }
      if (focus) row.focus();
      row.scrollIntoView({ block: "nearest" });
      const first = dump.querySelector(`[data-octet="${event.fields[at][0]}"]`);
      if (first) first.scrollIntoView({ block: "nearest" });
    };
    const under = (target) => {
      const row = target.closest("[data-field]");
      const octet = target.closest("[data-octet]");
      return row ? Number(row.dataset.field) : octet ? owner[Number(octet.dataset.octet)] : undefined;
    };
    box.addEventListener("mouseover", (e) => mark(under(e.target), "over"));
    box.addEventListener("mouseleave", () => mark(undefined, "over"));
    box.addEventListener("click", (e) => {
      const at = under(e.target);
      if (at !== undefined) pick(at, true);
    });
    table.addEventListener("keydown", (e) => {
      const at = under(e.target);
      const last = event.fields.length - 1;
      const to = step(e, at, last);
      if (at === undefined || to === undefined) return;
      e.preventDefault();
      pick(to, true);
    });
    return box;
  };

  const hexDump = (octets) => {
    const dump = make("div", "octets");
    dump.setAttribute("role", "group");
    dump.setAttribute("aria-label", "octets");
    for (let start = 0; start < octets.length; start += 16) {
      const codes = make("span");
      const signs = make("span", "signs");
      octets.slice(start, start + 16).forEach((octet, i) => {
        const number = parseInt(octet, 16);
        const sign = number >= 32 && number < 127 ? String.fromCharCode(number) : ".";
        for (const [line, text] of [[codes, octet], [signs, sign]]) {
          const made = make("span", "", text);
          made.dataset.octet = String(start + i);
          line.append(made);
        }
      });
      dump.append(make("span", "at", start.toString(16).padStart(4, "0")), codes, signs);
    }
    return dump;
  };

  const fieldTable = (fields) => {
    const table = make("table");
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", "fields");
    const body = make("tbody");
    let layer = null;
    fields.forEach(([offset, length, of, name, value, note], at) => {
      if (of !== layer) {
        layer = of;
        const row = make("tr");
        const head = make("th", "", of);
        head.colSpan = 4;
        row.append(head);
        body.append(row);
      }
      const row = make("tr");
      row.dataset.field = String(at);
      row.tabIndex = at ? -1 : 0;
      row.setAttribute("aria-selected", "false");
      const place = length > 1 ? `${offset}-${offset + length - 1}` : String(offset);
      row.append(make("td", "offset", place), make("td", "", name), make("td", "", value), make("td", "note", note));
      body.append(row);
    });
    table.append(body);
    return table;
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
      else (pane.querySelector("[data-field]") || pane.querySelector("button") || pane).focus();
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
  choose(null);
})();
