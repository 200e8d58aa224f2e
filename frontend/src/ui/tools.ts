// Tools in hand: select by rectangle or polygon, measure length and area; and what was selected, summed and exported.

import L from "leaflet";
import type { App } from "../app.ts";
import { type Column, cell, csvCell, figure } from "../codec.ts";
import { PANELS, button, node } from "../dom.ts";
import { type LonLat, length, ringArea } from "../geodesy.ts";
import { MU } from "../state.ts";
import type { Word } from "../words.ts";

const inRing = (ring: LonLat[], x: number, y: number): boolean => {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i], [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
};

/** Parcels that are shown and whose inner point lies in a ring. */
export function within(app: App, ring: LonLat[]): number[] {
  const { parcels } = app.data;
  const lons = ring.map((one) => one[0]), lats = ring.map((one) => one[1]);
  const [w, s] = parcels.steps(Math.min(...lons), Math.min(...lats)), [e, n] = parcels.steps(Math.max(...lons), Math.max(...lats));
  const found: number[] = [];
  for (const i of parcels.query(w, s, e, n)) {
    if (!app.painter.shows(i) || parcels.empty(i)) continue;
    const [x, y] = parcels.middle(i);
    const [lon, lat] = parcels.lonLat(x, y);
    if (inRing(ring, lon, lat)) found.push(i);
  }
  return found;
}

/** The release of a drawn rectangle is followed by a click; it is not meant for what lies under the pointer. */
function swallowClick(container: HTMLElement): void {
  const stop = (event: Event): void => event.stopPropagation();
  container.addEventListener("click", stop, { capture: true, once: true });
  container.addEventListener("pointerdown", () => container.removeEventListener("click", stop, { capture: true }), { capture: true, once: true });
}

export function tools(app: App): HTMLElement {
  const { map, state } = app;
  const strip = node("div", "tools");
  strip.setAttribute("role", "toolbar");
  const hint = node("div", "hint");
  const drawing = L.layerGroup().addTo(map);
  const style: L.PolylineOptions = { color: "#005CE6", weight: 2, fillOpacity: 0.08, interactive: false };
  let points: L.LatLng[] = [];
  let label: L.Tooltip | null = null;
  const ringOf = (corners: L.LatLng[]): LonLat[] => corners.map((at) => [at.lng, at.lat]);
  const say = (): string => {
    if (app.tool === "length") { const metres = length(ringOf(points)); return metres >= 10_000 ? `${figure(metres / 1000, 3)} km` : `${figure(metres, 1)} m`; }
    const { area, perimeter } = ringArea(ringOf(points));
    return `${figure(area / MU, 2)} ${app.t("mu")} · ${figure(area, 1)} m² · ${app.t("perimeter")} ${figure(perimeter, 1)} m`;
  };
  const buttons = new Map<string, HTMLButtonElement>();
  const drop = (): void => { drawing.clearLayers(); points = []; label = null; };
  const put = (tool: string): void => {
    app.tool = tool;
    map.getContainer().classList.toggle("drawing", tool !== "");
    if (tool) map.doubleClickZoom.disable(); else map.doubleClickZoom.enable();
    if (tool === "rectangle") map.dragging.disable(); else map.dragging.enable();
    for (const [name, one] of buttons) one.setAttribute("aria-pressed", String(name === tool));
    hint.textContent = tool ? app.t(tool === "rectangle" ? "selectHint" : tool === "polygon" ? "polygonHint" : "measureHint") : "";
    hint.hidden = !tool;
  };
  app.cancel = () => { drop(); put(""); };
  const redraw = (extra?: L.LatLng): void => {
    drawing.clearLayers();
    const all = extra ? [...points, extra] : points;
    if (all.length < 2) return;
    (app.tool === "length" ? L.polyline(all, style) : L.polygon(all, style)).addTo(drawing);
    if (app.tool === "length" || (app.tool === "area" && points.length > 2)) {
      label = L.tooltip({ permanent: true, direction: "right", className: "measure" }).setLatLng(all[all.length - 1]).setContent(node("span", "", say()));
      label.addTo(drawing);
    }
  };
  map.on("click", (event: L.LeafletMouseEvent) => {
    if (!app.tool || app.tool === "rectangle") return;
    points.push(event.latlng);
    redraw();
  });
  map.on("mousemove", (event: L.LeafletMouseEvent) => { if (app.tool && app.tool !== "rectangle" && points.length) redraw(event.latlng); });
  map.on("dblclick", () => {
    if (!app.tool || app.tool === "rectangle") return;
    if (points.length > 1 && points[points.length - 1].equals(points[points.length - 2])) points.pop();
    if (app.tool === "polygon") {
      if (points.length > 2) state.select(within(app, ringOf(points)));
      app.cancel();
    } else { redraw(); const last = say(); strip.dataset.measured = last; put(""); points = []; }
  });
  let from: L.LatLng | null = null;
  const container = map.getContainer();
  const at = (event: PointerEvent): L.LatLng => map.mouseEventToLatLng(event);
  container.addEventListener("pointerdown", (event) => { // mouse, finger and pen
    if (app.tool !== "rectangle" || !event.isPrimary || (event.target as Element).closest(PANELS)) return;
    from = at(event);
    window.addEventListener("pointermove", stretch, true);
    window.addEventListener("pointerup", finish, { capture: true, once: true }); // wherever it is released, over a panel too
    window.addEventListener("pointercancel", finish, { capture: true, once: true });
  });
  const stretch = (event: PointerEvent): void => { if (from && event.isPrimary) { drawing.clearLayers(); L.rectangle(L.latLngBounds(from, at(event)), style).addTo(drawing); } };
  const finish = (event: PointerEvent): void => {
    window.removeEventListener("pointermove", stretch, true);
    window.removeEventListener(event.type === "pointerup" ? "pointercancel" : "pointerup", finish, true);
    const box = from && app.tool === "rectangle" && event.type === "pointerup" ? L.latLngBounds(from, at(event)) : null;
    from = null;
    if (!box) { drawing.clearLayers(); return; }
    if (event.pointerType === "mouse") swallowClick(container); // a finger that was dragged makes no click
    state.select(within(app, [[box.getWest(), box.getSouth()], [box.getEast(), box.getSouth()], [box.getEast(), box.getNorth()], [box.getWest(), box.getNorth()]]));
    app.cancel();
  };
  for (const tool of ["rectangle", "polygon", "length", "area"] as Word[]) {
    const one = button("tool", app.t(tool), () => { const again = app.tool === tool; drop(); put(again ? "" : tool); });
    one.dataset.tool = tool;
    one.setAttribute("aria-pressed", "false");
    buttons.set(tool, one);
    strip.append(one);
  }
  hint.hidden = true;
  strip.append(hint);
  return strip;
}

/** What is selected: sums, by carrier, and the rows as a file. */
export function selectionPanel(app: App): HTMLElement {
  const { state, data } = app;
  const panel = node("section", "selection");
  panel.setAttribute("aria-live", "polite");
  panel.hidden = true;
  state.on((change) => {
    if (change !== "selection") return;
    panel.hidden = !state.selection.length;
    app.container.classList.toggle("selecting", !panel.hidden); // the panel stands where the overlays do
    if (panel.hidden) return;
    const total = state.sum(state.selection);
    const parts = state.byCarrier((i) => state.picked[i] === 1);
    const table = node("table");
    parts.slice(0, -1).map((one, i) => ({ ...one, name: data.payload.carriers.names[i] })).filter((one) => one.count).sort((a, b) => b.m2 - a.m2).slice(0, 30)
      .forEach((one) => table.append(node("tr", "", node("td", "", one.name), node("td", "figure", one.count.toLocaleString("en-US")), node("td", "figure", `${figure(one.m2 / MU, 2)} ${app.t("mu")}`))));
    const outside = parts[parts.length - 1];
    if (outside.count) table.append(node("tr", "", node("td", "", app.t("outside")), node("td", "figure", outside.count.toLocaleString("en-US")), node("td", "figure", `${figure(outside.m2 / MU, 2)} ${app.t("mu")}`)));
    const sums = node("div", "sums", node("b", "", `${total.count.toLocaleString("en-US")} ${app.t("plots")}`), node("b", "", `${figure(total.m2 / MU, 2)} ${app.t("mu")}`), node("span", "small", `${figure(total.m2, 2)} m²`));
    sums.dataset.m2 = String(total.m2);
    sums.dataset.count = String(total.count);
    panel.replaceChildren(node("h2", "", app.t("selection")), sums, table, node("div", "row", button("plain", app.t("export"), () => save(app)), button("plain", app.t("drop"), () => state.select([]))));
  });
  return panel;
}

export function csv(app: App): string {
  const columns = [...app.data.columns.values()];
  const plain = (column: Column, i: number): string => {
    if (column.kind !== "number") return cell(column, i);
    return Number.isNaN(column.values[i]) ? "" : column.values[i].toFixed(column.head.digits);
  };
  const lines = [columns.map((column) => csvCell(column.head.unit ? `${column.head.label}(${column.head.unit})` : column.head.label)).join(",")];
  for (const i of app.state.selection) lines.push(columns.map((column) => csvCell(plain(column, i))).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

function save(app: App): void {
  const link = node("a");
  link.href = URL.createObjectURL(new Blob([csv(app)], { type: "text/csv;charset=utf-8" }));
  link.download = "selection.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
