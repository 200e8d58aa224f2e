// The state of the page in its address: view, filters, years and place. The place is told as a share of the layer's box, so that a public map shows no coordinates.

import type { App } from "../app.ts";
import { button } from "../dom.ts";

interface Kept { v?: string; f?: [string, number[]][]; r?: [string, (number | null)[]][]; y?: [number, number]; p?: [number, number, number]; o?: number; u?: [number, number] }

const ends = (pair: (number | null)[]): [number, number] => [pair[0] ?? -Infinity, pair[1] ?? Infinity];

export function encode(app: App): string {
  const { state, map } = app;
  const box = app.painter.bounds();
  const kept: Kept = { v: state.view?.id };
  if (box.isValid()) {
    const at = map.getCenter();
    const share = (value: number, low: number, high: number): number => Math.round(((value - low) / Math.max(high - low, 1e-9)) * 1e6) / 1e6;
    kept.p = [share(at.lng, box.getWest(), box.getEast()), share(at.lat, box.getSouth(), box.getNorth()), Math.round(map.getZoom() * 100) / 100];
  }
  if (state.filters.facets.size) kept.f = [...state.filters.facets].map(([name, set]) => [name, [...set]]);
  if (state.filters.ranges.size) kept.r = [...state.filters.ranges].map(([name, pair]) => [name, pair.map((one) => (Number.isFinite(one) ? one : null))]);
  if (state.filters.years) kept.y = state.filters.years;
  if (state.opened >= 0) kept.o = state.opened;
  return encodeURIComponent(JSON.stringify(kept));
}

/** Puts a remembered state back; what does not fit this page is left out. */
export function restore(app: App, text: string): boolean {
  let kept: Kept;
  try { kept = JSON.parse(decodeURIComponent(text)) as Kept; } catch { return false; }
  if (typeof kept !== "object" || kept === null) return false;
  const { state, map } = app;
  const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every((one) => typeof one === "number");
  if (typeof kept.v === "string") state.setView(kept.v);
  state.filters.facets.clear();
  state.filters.ranges.clear();
  for (const [name, codes] of Array.isArray(kept.f) ? kept.f : []) if (state.facets().includes(name) && numbers(codes)) state.filters.facets.set(name, new Set(codes));
  for (const [name, pair] of Array.isArray(kept.r) ? kept.r : []) if (app.data.columns.has(name) && Array.isArray(pair)) state.filters.ranges.set(name, ends(pair));
  state.filters.years = numbers(kept.y) && kept.y.length === 2 ? kept.y : null;
  state.refilter();
  const box = app.painter.bounds();
  if (numbers(kept.p) && kept.p.length === 3 && box.isValid()) {
    map.setView([box.getSouth() + kept.p[1] * (box.getNorth() - box.getSouth()), box.getWest() + kept.p[0] * (box.getEast() - box.getWest())], kept.p[2], { animate: false });
  }
  if (typeof kept.o === "number" && kept.o >= 0 && kept.o < app.data.payload.parcels.count) state.open(kept.o);
  return true;
}

export function linkButton(app: App): HTMLElement {
  const made = button("tool", app.t("link"), () => {
    const hash = `#${encode(app)}`;
    history.replaceState(null, "", hash);
    void navigator.clipboard?.writeText(location.href).catch(() => undefined);
    made.textContent = app.t("copied");
    setTimeout(() => { made.textContent = app.t("link"); }, 1500);
  });
  made.dataset.tool = "link";
  return made;
}
