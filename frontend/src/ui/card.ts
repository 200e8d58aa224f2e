// The card of a parcel: everything the page holds of it.

import type { App } from "../app.ts";
import { type Column, cell, figure } from "../codec.ts";
import { type Ledger, textColumn } from "../data.ts";
import { type Child, node, swatch } from "../dom.ts";
import { MU } from "../state.ts";

const pair = (label: string, said: Child): HTMLElement => node("tr", "", node("th", "", label), node("td", "", said));

export function card(app: App, i: number): HTMLElement {
  const { data } = app;
  const made = node("div", "card");
  const id = data.columns.get("parcel_id");
  const status = textColumn(data, "land_status");
  const view = data.payload.views.find((one) => one.column === "land_status");
  const said = status ? cell(status, i) : "";
  made.append(node("div", "card-head", node("strong", "", id ? cell(id, i) : String(i + 1)), said ? node("span", "chip", swatch(view?.colours[status!.codes[i] - 1] ?? "#ccc"), said) : null));
  made.append(node("div", "card-area", node("b", "", figure(data.area[i] / MU, 2)), ` ${app.t("mu")}`, node("span", "small", ` ${figure(data.area[i], 1)} m²`)));
  const table = node("table");
  for (const [name, column] of data.columns) {
    if (["parcel_id", "area_m2", "land_status"].includes(name)) continue;
    const text = column.head.plain && column.kind === "number" ? (Number.isNaN(column.values[i]) ? "" : String(column.values[i])) : cell(column, i);
    if (text) table.append(pair(column.head.label, text));
  }
  made.append(table);
  const { pieces, payload } = data;
  if (pieces.first[i + 1] > pieces.first[i]) {
    const parts = node("table");
    for (let k = pieces.first[i]; k < pieces.first[i + 1]; k++) {
      const m2 = pieces.area[k] / 100;
      parts.append(pair(payload.carriers.names[pieces.carrier[k]] ?? app.t("outside"), `${figure(m2 / MU, 2)} ${app.t("mu")} · ${figure((m2 / data.area[i]) * 100, 1)} %`));
    }
    made.append(node("h3", "", app.t("pieces")), parts);
  }
  for (const ledger of data.ledgers) {
    if (ledger.head.name === "standard_land") {
      if (ledger.first[i + 1] > ledger.first[i]) made.append(node("h3", "", ledger.head.label), commitments(ledger, i));
      continue;
    }
    for (let k = ledger.first[i]; k < ledger.first[i + 1]; k++) {
      const rows = node("table");
      for (const column of ledger.columns) {
        const text = column.head.plain && column.kind === "number" ? (Number.isNaN(column.values[ledger.row[k]]) ? "" : String(column.values[ledger.row[k]])) : cell(column, ledger.row[k]);
        if (text) rows.append(pair(column.head.label, text));
      }
      if (rows.childElementCount) made.append(node("h3", "", ledger.head.label), rows);
    }
  }
  return made;
}

const SIDE_BY_SIDE = ["measure", "standard", "commitment", "actual", "kept"];

/** Commitments of a 标准地 against what was found, a measure a row. */
function commitments(ledger: Ledger, i: number): HTMLElement {
  const table = node("table", "commitments");
  const shown = SIDE_BY_SIDE.map((name) => ledger.columns.find((one) => one.head.name === name)).filter((one): one is Column => !!one);
  const rest = ledger.columns.filter((one) => !shown.includes(one));
  table.append(node("tr", "", ...shown.map((one) => node("th", one.kind === "text" ? "" : "figure", one.head.label))));
  for (let k = ledger.first[i]; k < ledger.first[i + 1]; k++) {
    const row = ledger.row[k];
    table.append(node("tr", "", ...shown.map((one) => node("td", one.kind === "text" ? "" : "figure", cell(one, row) || "–"))));
    const more = rest.map((one) => [one.head.label, cell(one, row)]).filter(([, text]) => text).map(([label, text]) => `${label} ${text}`);
    if (!more.length) continue;
    const line = node("td", "small", more.join(" · "));
    line.colSpan = shown.length;
    table.append(node("tr", "", line));
  }
  return table;
}
