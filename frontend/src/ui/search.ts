// Search by parcel code, carrier, project and enterprise.

import type { App } from "../app.ts";
import { cell } from "../codec.ts";
import { textColumn } from "../data.ts";
import { button, node } from "../dom.ts";

const MOST = 12;
const SEARCHED = ["project_name", "project_id", "enterprise_name", "enterprise_id", "supply_id"];

export function search(app: App): HTMLElement {
  const { data } = app;
  const input = node("input", "find");
  input.type = "search";
  input.placeholder = app.t("search");
  input.setAttribute("aria-label", app.t("search"));
  const found = node("div", "found");
  found.setAttribute("role", "listbox");
  let timer = 0;
  const close = (): void => { clearTimeout(timer); found.replaceChildren(); }; // what was typed last is not listed after its hit was taken
  const list = (): void => {
    clearTimeout(timer);
    const wanted = input.value.trim().toLowerCase();
    found.replaceChildren();
    if (wanted.length < 1) return;
    let listed = 0;
    const hit = (label: string, kind: string, go: () => void): void => {
      if (listed++ >= MOST) return;
      const made = button("hit", "", () => { close(); go(); });
      made.append(node("span", "grow", label), node("span", "small", kind));
      found.append(made);
    };
    data.payload.carriers.names.forEach((name, i) => { if (name.toLowerCase().includes(wanted)) hit(name, app.t("carrier"), () => app.goTo("carriers", i)); });
    const open = (i: number): void => { app.goTo("parcels", i); app.state.open(i); };
    for (const ledger of data.ledgers) {
      for (const column of ledger.columns) {
        if (listed >= MOST || column.kind !== "text" || !SEARCHED.includes(column.head.name)) continue;
        const codes = new Set<number>();
        for (let w = 0; w < column.words.length && codes.size < MOST; w++) if (column.words.at(w).toLowerCase().includes(wanted)) codes.add(w + 1);
        if (!codes.size) continue;
        for (let i = 0; i < data.payload.parcels.count && listed < MOST; i++) for (let k = ledger.first[i]; k < ledger.first[i + 1]; k++) if (codes.has(column.codes[ledger.row[k]])) hit(cell(column, ledger.row[k]), ledger.head.label, () => open(i));
      }
    }
    const ids = textColumn(data, "parcel_id");
    if (ids && listed < MOST) {
      const codes = new Set<number>();
      for (let w = 0; w < ids.words.length && codes.size < MOST; w++) if (ids.words.at(w).toLowerCase().includes(wanted)) codes.add(w + 1);
      for (let i = 0; codes.size && i < ids.codes.length && listed < MOST; i++) if (codes.has(ids.codes[i])) hit(cell(ids, i), app.t("parcels"), () => open(i));
    }
    if (!listed) found.append(node("div", "small", app.t("found")));
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = window.setTimeout(list, 120); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { list(); found.querySelector("button")?.click(); }
    if (event.key === "Escape") { input.value = ""; close(); input.blur(); }
    if (event.key === "ArrowDown") { list(); found.querySelector("button")?.focus(); event.preventDefault(); }
  });
  return node("div", "search", input, found);
}
