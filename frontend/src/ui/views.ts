// Which view is shown, and its legend with live counts in mu.

import L from "leaflet";
import type { App } from "../app.ts";
import { figure } from "../codec.ts";
import { textColumn } from "../data.ts";
import { type Child, bar, button, node, section, swatch } from "../dom.ts";
import { MU } from "../state.ts";

export function viewPicker(app: App): HTMLElement {
  const { payload } = app.data;
  const select = node("select", "wide");
  select.setAttribute("aria-label", app.t("views"));
  select.dataset.widget = "view";
  const titles = { state: app.t("status"), parcel: app.t("parcelFigures"), carrier: app.t("carrierFigures") } as const;
  for (const group of ["state", "parcel", "carrier"] as const) {
    const views = payload.views.filter((view) => view.group === group);
    if (!views.length) continue;
    const options = node("optgroup");
    options.label = titles[group];
    for (const view of views) {
      const option = node("option", "", view.unit ? `${view.label} (${view.unit})` : view.label);
      option.value = view.id;
      options.append(option);
    }
    select.append(options);
  }
  select.addEventListener("change", () => app.state.setView(select.value));
  const legend = node("div", "legend");
  const show = (): void => {
    if (app.state.view) select.value = app.state.view.id;
    legend.replaceChildren(...legendRows(app));
  };
  app.state.on((change) => { if (change === "view" || change === "filter") show(); });
  show();
  return node("div", "view-picker", select, legend);
}

/** The legend alone, for a map without panels; none where the view has one colour only. */
export function legendControl(app: App): L.Control | null {
  const { view } = app.state;
  if (!view?.column || view.breaks?.length === 0) return null;
  const box = node("div", "legend spatial-legend");
  const show = (): void => { box.replaceChildren(...legendRows(app)); };
  app.state.on((change) => { if (change === "view" || change === "filter") show(); });
  show();
  L.DomEvent.disableClickPropagation(box);
  L.DomEvent.disableScrollPropagation(box);
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => box;
  return control;
}

export const classLabels = (app: App): string[] => {
  const { view } = app.state;
  if (!view) return [];
  if (view.breaks) {
    const say = (value: number): string => (view.percent || app.data.columns.get(view.column ?? "")?.head.percent ? `${figure(value * 100, 0)} %` : value.toLocaleString("en-US", { maximumFractionDigits: 2 }));
    const ends = view.breaks.map(say);
    if (!ends.length) return [app.t("all")];
    return [`< ${ends[0]}`, ...ends.slice(1).map((end, i) => `${ends[i]} – ${end}`), `≥ ${ends[ends.length - 1]}`];
  }
  return textColumn(app.data, view.column!)?.words.all() ?? [];
};

function legendRows(app: App): Child[] & Node[] {
  const { state } = app;
  const { view } = state;
  if (!view) return [];
  const labels = classLabels(app);
  if (view.scope === "carrier") {
    const counts = view.colours.map(() => 0);
    let unknown = 0;
    for (const value of view.values!) {
      if (value === null) { unknown++; continue; }
      let grade = 0;
      while (grade < view.breaks!.length && value >= view.breaks![grade]) grade++;
      counts[grade]++;
    }
    return [...view.colours.map((colour, i) => node("div", "key", swatch(colour), node("span", "grow", labels[i]), node("span", "figure", String(counts[i])))),
      ...(unknown ? [node("div", "key", swatch("#E4E6E8"), node("span", "grow", app.t("noData")), node("span", "figure", String(unknown)))] : [])];
  }
  const total = Math.max(1e-9, state.shownCount.m2);
  const row = (colour: string, label: string, grade: number): HTMLElement | null => {
    const one = state.classCounts[grade];
    const filtered = state.filters.facets.get(view.column!);
    if (!one.count && !(filtered && !view.breaks)) return null;
    const key = button("key", "", () => { if (!view.breaks && grade !== 255) state.toggle(view.column!, grade + 1, labels.length); });
    key.dataset.grade = String(grade);
    if (filtered && !filtered.has(grade + 1)) key.classList.add("off");
    key.append(swatch(colour), node("span", "grow", label), node("span", "figure", one.count.toLocaleString("en-US")), node("span", "figure mu", figure(one.m2 / MU, 1)), bar(one.m2 / total, colour));
    return key;
  };
  const made = labels.map((label, grade) => row(view.colours[grade], label, grade));
  return [node("div", "legend-head", node("span", "grow", view.label), node("span", "figure", app.t("plots")), node("span", "figure mu", app.t("mu"))),
    ...[...made, row("#E4E6E8", app.t("noData"), 255)].filter((one): one is HTMLElement => one !== null)];
}

export function layerSwitches(app: App): HTMLElement {
  const made = node("div", "switches");
  for (const name of ["parcels", "carriers", "names", "graticule"] as const) {
    if (name === "graticule" && !app.data.payload.coordinates) continue;
    const box = node("input");
    box.type = "checkbox";
    box.checked = app.state.shown[name];
    box.addEventListener("change", () => { app.state.shown[name] = box.checked; app.state.tell("layers"); });
    made.append(node("label", "", box, app.t(name)));
  }
  return section(app.t("layers"), false, made);
}
