// What is shown at the moment: view, filters, selection; everything on the page follows it.

import { type Data, numberColumn, textColumn } from "./data.ts";
import type { View } from "./contract.ts";

export const MU = 2000 / 3;
export type Change = "view" | "filter" | "selection" | "open" | "hover" | "compare" | "layers";
export interface Count { count: number; m2: number }

export interface Filters {
  facets: Map<string, Set<number>>; // column -> codes that are shown; none: all
  ranges: Map<string, [number, number]>;
  years: [number, number] | null; // supply years
  marked: Map<number, true>; // carriers
}

export class State {
  view: View | null;
  readonly classes: Uint8Array; // of every parcel in the view; 255 where nothing is known
  readonly visible: Uint8Array;
  readonly filters: Filters = { facets: new Map(), ranges: new Map(), years: null, marked: new Map() };
  readonly picked: Uint8Array;
  selection: number[] = [];
  opened = -1;
  hovered = -1;
  until: [number, number] | null = null; // supply years of the two sides, where they are compared
  shown: Record<"parcels" | "carriers" | "names" | "graticule", boolean> = { parcels: true, carriers: true, names: true, graticule: false };
  shownCount: Count = { count: 0, m2: 0 };
  facetCounts = new Map<string, Count[]>(); // by code, under every other filter
  carrierCounts: Count[] = [];
  classCounts: Count[] = [];
  private readonly listeners: ((change: Change) => void)[] = [];
  private readonly failed: Uint8Array;
  private readonly lastFailed: Uint8Array;

  constructor(readonly data: Data) {
    const { count } = data.payload.parcels;
    this.classes = new Uint8Array(count);
    this.visible = new Uint8Array(count);
    this.picked = new Uint8Array(count);
    this.failed = new Uint8Array(count);
    this.lastFailed = new Uint8Array(count);
    this.view = data.payload.views[0] ?? null;
    this.classify();
    this.filter();
  }

  on(listener: (change: Change) => void): void { this.listeners.push(listener); }
  tell(change: Change): void { for (const listener of this.listeners) listener(change); }

  setView(id: string): void {
    this.view = this.data.payload.views.find((view) => view.id === id) ?? this.view;
    this.classify();
    this.countClasses();
    this.tell("view");
  }

  /** Facets: text columns that are filtered by their words. */
  facets(): string[] {
    return [...this.data.columns.values()].filter((column) => column.kind === "text" && (column.head.group === "state" || ["carrier_name", "land_use_name"].includes(column.head.name)) && column.words.length <= 2000)
      .map((column) => column.head.name);
  }

  toggle(column: string, code: number, all: number): void {
    const set = this.filters.facets.get(column);
    if (!set) this.filters.facets.set(column, new Set([code]));
    else if (set.delete(code)) { if (!set.size) this.filters.facets.delete(column); }
    else {
      set.add(code);
      if (set.size >= all) this.filters.facets.delete(column);
    }
    this.refilter();
  }

  only(column: string, codes: number[]): void {
    if (codes.length) this.filters.facets.set(column, new Set(codes));
    else this.filters.facets.delete(column);
    this.refilter();
  }

  range(column: string, limits: [number, number] | null): void {
    if (limits) this.filters.ranges.set(column, limits);
    else this.filters.ranges.delete(column);
    this.refilter();
  }

  years(limits: [number, number] | null): void { this.filters.years = limits; this.refilter(); }

  clear(): void {
    this.filters.facets.clear();
    this.filters.ranges.clear();
    this.filters.years = null;
    this.refilter();
  }

  get filtered(): boolean { return this.filters.facets.size + this.filters.ranges.size > 0 || this.filters.years !== null; }

  refilter(): void { this.filter(); this.tell("filter"); }

  select(parcels: number[]): void {
    for (const i of this.selection) this.picked[i] = 0;
    this.selection = parcels;
    for (const i of parcels) this.picked[i] = 1;
    this.tell("selection");
  }

  open(parcel: number): void { this.opened = parcel; this.tell("open"); }

  /** Class of every parcel in the view. */
  private classify(): void {
    const { view, classes, data } = this;
    classes.fill(255);
    if (!view || view.scope !== "parcel") return;
    const texts = textColumn(data, view.column!), numbers = numberColumn(data, view.column!);
    if (texts) for (let i = 0; i < classes.length; i++) classes[i] = texts.codes[i] ? Math.min(texts.codes[i] - 1, 254) : 255;
    if (numbers) {
      const limits = view.breaks ?? [];
      for (let i = 0; i < classes.length; i++) {
        const value = numbers.values[i];
        if (Number.isNaN(value)) continue;
        let grade = 0;
        while (grade < limits.length && value >= limits[grade]) grade++;
        classes[i] = grade;
      }
    }
  }

  /** Which parcels pass every filter, and what each word of a facet would give under all others. */
  private filter(): void {
    const { data, visible, failed, lastFailed } = this;
    const n = visible.length;
    failed.fill(0);
    const names = this.facets();
    const fail = (which: number, bad: (i: number) => boolean): void => { for (let i = 0; i < n; i++) if (bad(i)) { failed[i]++; lastFailed[i] = which; } };
    for (const [name, set] of this.filters.facets) {
      const column = textColumn(data, name);
      if (!column) continue;
      const ok = new Uint8Array(column.words.length + 1);
      for (const code of set) ok[code] = 1;
      fail(names.indexOf(name), (i) => !ok[column.codes[i]]);
    }
    for (const [name, [low, high]] of this.filters.ranges) {
      const column = numberColumn(data, name);
      if (column) fail(254, (i) => !(column.values[i] >= low && column.values[i] <= high));
    }
    const years = numberColumn(data, "supply_year");
    if (this.filters.years && years) { const [low, high] = this.filters.years; fail(253, (i) => !(years.values[i] >= low && years.values[i] <= high)); }
    const total: Count = { count: 0, m2: 0 };
    for (let i = 0; i < n; i++) {
      visible[i] = failed[i] ? 0 : 1;
      if (!failed[i]) { total.count++; total.m2 += data.area[i]; }
    }
    this.shownCount = total;
    this.facetCounts.clear();
    names.forEach((name, which) => {
      const column = textColumn(data, name)!;
      const counts: Count[] = Array.from({ length: column.words.length + 1 }, () => ({ count: 0, m2: 0 }));
      for (let i = 0; i < n; i++) if (!failed[i] || (failed[i] === 1 && lastFailed[i] === which)) { const one = counts[column.codes[i]]; one.count++; one.m2 += data.area[i]; }
      this.facetCounts.set(name, counts);
    });
    this.carrierCounts = this.byCarrier((i) => visible[i] === 1);
    this.countClasses();
  }

  byCarrier(wanted: (i: number) => boolean): Count[] {
    const { pieces, payload } = this.data;
    const counts: Count[] = Array.from({ length: payload.carriers.names.length + 1 }, () => ({ count: 0, m2: 0 })); // the last: outside carriers
    for (let i = 0; i < payload.parcels.count; i++) {
      if (!wanted(i)) continue;
      for (let k = pieces.first[i]; k < pieces.first[i + 1]; k++) { const one = counts[pieces.carrier[k]]; one.count++; one.m2 += pieces.area[k] / 100; }
    }
    return counts;
  }

  private countClasses(): void {
    const counts: Count[] = Array.from({ length: 256 }, () => ({ count: 0, m2: 0 }));
    for (let i = 0; i < this.visible.length; i++) if (this.visible[i]) { const one = counts[this.classes[i]]; one.count++; one.m2 += this.data.area[i]; }
    this.classCounts = counts;
  }

  sum(parcels: Iterable<number>): Count {
    const total: Count = { count: 0, m2: 0 };
    for (const i of parcels) { total.count++; total.m2 += this.data.area[i]; }
    return total;
  }
}
