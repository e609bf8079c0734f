
// A frame: its octets, and the fields that they belong to; each marks the other.
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
  const many = window.matchMedia("(max-width: 640px)").matches ? 8 : 16;
  if (many === 8) dump.classList.add("few");
  for (let start = 0; start < octets.length; start += many) {
    const codes = make("span");
    const signs = make("span", "signs");
    octets.slice(start, start + many).forEach((octet, i) => {
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
      const row = make("tr", "layer");
      row.setAttribute("role", "row");
      const head = make("th", "", of);
      head.colSpan = 4;
      head.setAttribute("role", "columnheader");
      row.append(head);
      body.append(row);
    }
    const row = make("tr");
    row.dataset.field = String(at);
    row.tabIndex = at ? -1 : 0;
    row.setAttribute("role", "row");
    row.setAttribute("aria-selected", "false");
    const place = length > 1 ? `${offset}-${offset + length - 1}` : String(offset);
    for (const [style, text] of [["offset", place], ["field", name], ["value", value], ["note", note]]) {
      const cell = make("td", style, text);
      cell.setAttribute("role", "gridcell");
      row.append(cell);
    }
    body.append(row);
  });
  table.append(body);
  return table;
};
