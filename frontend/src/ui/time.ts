// Supply years: a slider with two ends over the parcels of each year, and two periods side by side.

import L from "leaflet";
import type { App } from "../app.ts";
import { numberColumn } from "../data.ts";
import { button, node } from "../dom.ts";
import { Painter } from "../painter.ts";

export function supplyYears(app: App): [number, number] | null {
  const years = numberColumn(app.data, "supply_year");
  if (!years) return null;
  let low = Infinity, high = -Infinity;
  for (const value of years.values) { if (value < low) low = value; if (value > high) high = value; }
  return low < high ? [low, high] : null;
}

export function timeSlider(app: App): HTMLElement | null {
  const ends = supplyYears(app);
  const years = numberColumn(app.data, "supply_year");
  if (!ends || !years) return null;
  const { state } = app;
  const [low, high] = ends;
  const counts = new Array<number>(high - low + 1).fill(0);
  for (const value of years.values) if (!Number.isNaN(value)) counts[value - low]++;
  const most = Math.max(...counts);
  const chart = node("div", "year-bars");
  const bars = counts.map((count, k) => {
    const one = button("year-bar", "", () => { from.value = to.value = String(low + k); apply(); });
    one.title = `${low + k}: ${count.toLocaleString("en-US")}`;
    one.setAttribute("aria-label", one.title);
    const fill = node("span");
    fill.style.height = `${Math.max(2, (count / most) * 100)}%`;
    one.append(fill);
    return one;
  });
  chart.append(...bars);
  const slider = (value: number, label: string): HTMLInputElement => {
    const made = node("input");
    made.type = "range";
    made.min = String(low);
    made.max = String(high);
    made.value = String(value);
    made.setAttribute("aria-label", `${app.t("years")} ${label}`);
    made.addEventListener("input", () => apply());
    return made;
  };
  const from = slider(low, "≥"), to = slider(high, "≤");
  const told = node("span", "told");
  const say = (): void => {
    const set = state.filters.years;
    told.textContent = set ? (set[0] === set[1] ? String(set[0]) : `${set[0]} – ${set[1]}`) : app.t("allYears");
    bars.forEach((one, k) => one.classList.toggle("off", !!set && (low + k < set[0] || low + k > set[1])));
    reset.hidden = !set;
    if (!set) { from.value = String(low); to.value = String(high); } else { from.value = String(set[0]); to.value = String(set[1]); }
  };
  const apply = (): void => {
    const a = Math.min(Number(from.value), Number(to.value)), b = Math.max(Number(from.value), Number(to.value));
    state.years(a === low && b === high ? null : [a, b]);
  };
  const reset = button("link", app.t("allYears"), () => state.years(null));
  state.on((change) => { if (change === "filter") say(); });
  say();
  const made = node("div", "time", node("div", "told-row", node("span", "small", app.t("years")), told, reset), chart, node("div", "sliders", from, to));
  return made;
}

/** A second map beside the first, each with the parcels supplied until its year; they move together. */
export function comparison(app: App): HTMLElement | null {
  const ends = supplyYears(app);
  if (!ends) return null;
  let second: { map: L.Map; pane: HTMLElement } | null = null;
  const { state, container } = app;
  const select = (side: 0 | 1): HTMLElement => {
    const made = node("select");
    made.setAttribute("aria-label", `${app.t("until")} ${side + 1}`);
    for (let year = ends[0]; year <= ends[1]; year++) { const option = node("option", "", String(year)); option.value = String(year); made.append(option); }
    made.value = String(state.until![side]);
    made.addEventListener("change", () => { state.until![side] = Number(made.value); state.tell("compare"); });
    const label = node("label", `side-year side-${side}`, `${app.t("until")} `, made);
    L.DomEvent.disableClickPropagation(label); // choosing a year opens no card and drags no map
    L.DomEvent.disableScrollPropagation(label);
    return label;
  };
  const labels: HTMLElement[] = [];
  const toggle = button("tool", app.t("compare"), () => {
    if (second) {
      second.map.remove();
      second.pane.remove();
      for (const one of labels.splice(0)) one.remove();
      second = null;
      state.until = null;
      container.classList.remove("compared");
    } else {
      state.until = [Math.round((ends[0] + ends[1]) / 2), ends[1]];
      const pane = node("div", "second");
      container.parentElement!.append(pane);
      container.classList.add("compared");
      const map = L.map(pane, { zoomControl: false, attributionControl: false, zoomSnap: app.map.options.zoomSnap, maxZoom: 20 });
      map.setView(app.map.getCenter(), app.map.getZoom(), { animate: false });
      const painter = new Painter(app.data, state, () => state.until?.[1] ?? null).addTo(map);
      state.on(() => { if (second) painter.redraw(); });
      map.on("click", (event: L.LeafletMouseEvent) => { // the card of either side opens on the first map, at the same place
        const i = app.tool ? -1 : painter.pick(event.latlng);
        if (i >= 0) app.map.fire("spatial:open", { parcel: i });
      });
      let busy = false;
      const tie = (one: L.Map, other: L.Map): void => {
        one.on("move", () => {
          if (busy || !second) return;
          busy = true;
          other.setView(one.getCenter(), one.getZoom(), { animate: false });
          busy = false;
        });
      };
      tie(app.map, map);
      tie(map, app.map);
      second = { map, pane };
      labels.push(select(0), select(1));
      container.append(labels[0]);
      pane.append(labels[1]);
    }
    toggle.setAttribute("aria-pressed", String(!!second));
    app.map.invalidateSize({ animate: false });
    app.home(false);
    if (second) second.map.setView(app.map.getCenter(), app.map.getZoom(), { animate: false });
    state.tell("compare");
  });
  toggle.dataset.tool = "compare";
  toggle.setAttribute("aria-pressed", "false");
  return toggle;
}
