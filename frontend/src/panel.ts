// The panels beside the map: title, indicator, legend, carriers, targets, and the card of a parcel. Text goes in by textContent only.

import L from "leaflet";
import { type Payload, text } from "./contract.ts";
import { cell } from "./decode.ts";
import type { ParcelCanvas, Shown } from "./layer.ts";

type Child = Node | string | null;

export function node<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const child of children) if (child !== null) made.append(child); // strings become text nodes
  return made;
}

const swatch = (colour: string): HTMLElement => {
  const made = node("i", "swatch");
  made.style.background = colour;
  return made;
};

export function sidebar(map: L.Map, layer: ParcelCanvas, payload: Payload): HTMLElement {
  const t = (key: string): string => text(payload, key);
  const legend = node("div", "legend");
  const rows: HTMLTableRowElement[] = [];
  const theme = (): void => {
    const chosen = payload.carriers.themes[layer.theme];
    legend.replaceChildren();
    if (!chosen) return;
    legend.append(...chosen.grades.map((grade) => node("div", "key", swatch(grade.colour), grade.label)), node("div", "key", swatch("#f1f1ee"), t("no_data")));
    rows.forEach((row, i) => { row.cells[1].textContent = chosen.shown[i]; });
    layer.redraw();
  };
  const select = node("select");
  select.setAttribute("aria-label", t("indicator"));
  payload.carriers.themes.forEach((one, i) => {
    const option = node("option", "", one.unit ? `${one.label} (${one.unit})` : one.label);
    option.value = String(i);
    select.append(option);
  });
  const views = node("div", "views");
  const view = (emphasis: "status" | "indicator"): void => {
    layer.emphasis = emphasis;
    for (const button of views.children) button.setAttribute("aria-pressed", String((button as HTMLElement).dataset.view === emphasis));
    layer.redraw();
  };
  for (const emphasis of ["status", "indicator"] as const) {
    const button = node("button", "", t(`view_${emphasis}`));
    button.type = "button";
    button.dataset.view = emphasis;
    button.addEventListener("click", () => view(emphasis));
    views.append(button);
  }
  view(layer.emphasis);
  select.addEventListener("change", () => { layer.theme = Number(select.value); view("indicator"); theme(); });

  const table = node("table", "carriers");
  payload.carriers.names.forEach((name, i) => {
    const link = node("button", "link", name);
    link.type = "button";
    link.addEventListener("click", () => map.fitBounds(layer.boundsOf("carriers", i), { padding: [30, 30] }));
    const row = node("tr", "", node("td", "", link), node("td", "figure"));
    rows.push(row);
    table.append(row);
  });

  const statuses = node("div", "legend");
  payload.categories.forEach((category, code) => {
    if (!category.count) return;
    const box = node("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => {
      if (box.checked) layer.hidden.delete(code);
      else layer.hidden.add(code);
      layer.redraw();
    });
    statuses.append(node("label", "key", box, swatch(category.colour), node("span", "grow", category.label), node("span", "figure", `${category.count.toLocaleString("en-US")} · ${category.mu}`)));
  });

  const switches = node("div", "switches");
  for (const name of ["parcels", "carriers", "names", "graticule"] as (keyof Shown)[]) {
    const box = node("input");
    box.type = "checkbox";
    box.checked = layer.shown[name];
    box.addEventListener("change", () => { layer.shown[name] = box.checked; layer.redraw(); });
    switches.append(node("label", "", box, t(name)));
  }

  const scores = node("table", "scores");
  for (const score of payload.scores) {
    const verdict = node("td", `verdict ${score.status}`, score.verdict);
    scores.append(node("tr", "", node("td", "", node("div", "", score.title), node("div", "small", [score.clause, score.zone].filter(Boolean).join(" · "))),
      node("td", "figure", node("div", "", score.value), node("div", "small", score.target)), verdict));
  }

  const side = node("aside", "side");
  const section = (title: string, open: boolean, ...children: Child[]): HTMLElement => {
    const made = node("details", "", node("summary", "", title), ...children);
    made.open = open;
    return made;
  };
  side.append(node("header", "", node("h1", "", payload.title), node("p", "small", payload.subtitle), payload.stamp ? node("span", "stamp", payload.stamp) : null));
  side.append(find(map, layer, payload), payload.carriers.themes.length ? views : "", section(t("layers"), true, switches));
  if (payload.categories.some((category) => category.count)) side.append(section(t("status"), true, statuses));
  if (payload.carriers.themes.length) side.append(section(t("by_carrier"), true, select, legend, table));
  if (payload.scores.length) side.append(section(t("targets"), false, scores));
  if (payload.notes.length) side.append(section(t("notes"), false, ...payload.notes.map((note) => node("p", "small", note))));
  theme();
  L.DomEvent.disableClickPropagation(side);
  L.DomEvent.disableScrollPropagation(side);
  side.addEventListener("mouseenter", () => map.fire("mouseout"));
  return side;
}

/** Search by parcel code or carrier. */
function find(map: L.Map, layer: ParcelCanvas, payload: Payload): HTMLElement {
  const input = node("input", "find");
  input.type = "search";
  input.placeholder = text(payload, "search");
  input.setAttribute("aria-label", text(payload, "search"));
  const found = node("div", "found");
  const ids = payload.columns.find((column) => column.name === "parcel_id");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    found.replaceChildren();
    if (wanted.length < 2) return;
    const hit = (label: string, go: () => void): void => {
      const button = node("button", "link", label);
      button.type = "button";
      button.addEventListener("click", () => { found.replaceChildren(); go(); });
      found.append(button);
    };
    payload.carriers.names.forEach((name, i) => {
      if (name.toLowerCase().includes(wanted)) hit(name, () => map.fitBounds(layer.boundsOf("carriers", i), { padding: [30, 30] }));
    });
    if (ids?.kind !== "text") return;
    const count = payload.status.length;
    for (let i = 0, listed = 0; i < count && listed < 12; i++) {
      const id = cell(ids, i);
      if (!id.toLowerCase().includes(wanted)) continue;
      listed++;
      hit(id, () => { map.fitBounds(layer.boundsOf("parcels", i), { maxZoom: 17 }); map.fire("spatial:open", { parcel: i }); });
    }
  });
  return node("div", "search", input, found);
}

/** The card of a parcel: everything that is known of it. */
export function card(payload: Payload, i: number): HTMLElement {
  const made = node("div", "card");
  const category = payload.categories[payload.status[i]];
  const id = payload.columns.find((column) => column.name === "parcel_id");
  made.append(node("div", "card-head", node("strong", "", id ? cell(id, i) : String(i)), category ? node("span", "chip", swatch(category.colour), category.label) : null));
  const table = node("table");
  for (const column of payload.columns) {
    if (column.name === "parcel_id") continue;
    const said = cell(column, i);
    if (said) table.append(node("tr", "", node("th", "", column.label), node("td", "", said)));
  }
  made.append(table);
  return made;
}
