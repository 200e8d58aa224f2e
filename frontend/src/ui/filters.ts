// Filters by carrier, state, land use, year and value, with what each would leave.

import type { App } from "../app.ts";
import { figure } from "../codec.ts";
import { numberColumn, textColumn } from "../data.ts";
import { button, node, section } from "../dom.ts";
import { MU } from "../state.ts";

export function filters(app: App): HTMLElement {
  const { state, data } = app;
  const made = node("div", "filters");
  const told = node("div", "told");
  const clear = button("link", app.t("clear"), () => state.clear());
  made.append(node("div", "told-row", told, clear));
  const updates: (() => void)[] = [];
  for (const name of state.facets()) {
    const column = textColumn(data, name)!;
    const list = node("div", "facet");
    list.dataset.facet = name;
    const words = column.words.all();
    const rows = words.map((word, i) => {
      const box = node("input");
      box.type = "checkbox";
      box.addEventListener("change", () => state.toggle(name, i + 1, words.length + 1));
      const count = node("span", "figure");
      const row = node("label", "key", box, node("span", "grow", word), count);
      return { row, box, count, code: i + 1 };
    });
    list.append(...rows.map((one) => one.row));
    const part = section(column.head.label, name === "carrier_name", list);
    let stale = true;
    const update = (): void => {
      stale = !part.open;
      if (stale) return;
      const counts = state.facetCounts.get(name)!, set = state.filters.facets.get(name);
      for (const { row, box, count, code } of rows) {
        const one = counts[code];
        box.checked = set?.has(code) ?? false;
        count.textContent = `${one.count.toLocaleString("en-US")} · ${figure(one.m2 / MU, 1)} ${app.t("mu")}`;
        row.classList.toggle("faint", !one.count);
      }
    };
    part.addEventListener("toggle", () => { if (part.open && stale) update(); });
    updates.push(update);
    made.append(part);
  }
  made.append(section(app.t("range"), false, range(app, updates)));
  const update = (): void => {
    told.textContent = `${app.t("shown")} ${app.tally(state.shownCount)}`;
    clear.hidden = !state.filtered;
    for (const one of updates) one();
  };
  state.on((change) => { if (change === "filter") update(); });
  update();
  return made;
}

/** A value range of any figure; the column is chosen first. */
function range(app: App, updates: (() => void)[]): HTMLElement {
  const { state, data } = app;
  const columns = [...data.columns.values()].filter((column) => column.kind === "number");
  const select = node("select", "wide");
  for (const column of columns) {
    const option = node("option", "", column.head.unit ? `${column.head.label} (${column.head.unit})` : column.head.label);
    option.value = column.head.name;
    select.append(option);
  }
  const low = node("input", "number"), high = node("input", "number");
  for (const [input, label] of [[low, "≥"], [high, "≤"]] as const) {
    input.type = "number";
    input.step = "any";
    input.placeholder = label;
    input.setAttribute("aria-label", `${app.t("range")} ${label}`);
    input.addEventListener("change", () => apply());
  }
  const apply = (): void => {
    const column = numberColumn(data, select.value);
    if (!column) return;
    const scale = column.head.percent ? 100 : 1;
    const ends: [number, number] = [low.value === "" ? -Infinity : Number(low.value) / scale, high.value === "" ? Infinity : Number(high.value) / scale];
    state.range(select.value, low.value === "" && high.value === "" ? null : ends);
  };
  select.addEventListener("change", () => { low.value = ""; high.value = ""; });
  updates.push(() => { if (!state.filters.ranges.size) { low.value = ""; high.value = ""; } });
  return node("div", "range", select, node("div", "row", low, node("span", "", "–"), high));
}
