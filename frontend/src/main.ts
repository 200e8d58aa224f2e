// The client: unpacks a payload and puts it on a Leaflet map. Folium finds Leaflet as `L`.

import L from "leaflet";
import icon from "leaflet/dist/images/marker-icon.png";
import icon2x from "leaflet/dist/images/marker-icon-2x.png";
import shadow from "leaflet/dist/images/marker-shadow.png";
import { type App, muText, speaker } from "./app.ts";
import { cell, figure } from "./codec.ts";
import { type Data, Unserved, textColumn, unpack } from "./data.ts";
import { PANELS, node } from "./dom.ts";
import { project, shifted } from "./geodesy.ts";
import { overlays } from "./overlays.ts";
import { Painter } from "./painter.ts";
import { State } from "./state.ts";
import { card } from "./ui/card.ts";
import { restore } from "./ui/link.ts";
import { layout } from "./ui/layout.ts";
import { csv, within } from "./ui/tools.ts";
import { legendControl } from "./ui/views.ts";
import { WORDS } from "./words.ts";

const PHONE_PANEL = 0.48; // the panel's part of a phone's screen, as in the style sheet

/** Where the panel stands over the map: beside what is shown, on a phone below it, or nowhere. */
const covering = (container: HTMLElement, panel: boolean): "beside" | "below" | "" => {
  if (!panel || container.classList.contains("closed") || container.classList.contains("compared")) return "";
  return container.clientWidth > 760 ? "beside" : "below";
};
const panelHeight = (container: HTMLElement): number => Math.round(container.clientHeight * PHONE_PANEL) + 10;

const said = (container: HTMLElement, key: "unsupported" | "broken" | "unserved"): void => {
  container.append(node("div", "fatal", node("p", "", WORDS[key][0]), node("p", "", WORDS[key][1])));
};

/** Data of a layer from the inert blocks of the page; they are taken out once read. */
function block(id: string): string {
  const found = document.getElementById(id);
  const text = found?.textContent ?? "";
  found?.remove();
  return text;
}

async function mount(map: L.Map, id: string, panel: boolean, legend = false): Promise<void> {
  const container = map.getContainer();
  if (typeof TextDecoder === "undefined" || typeof Promise === "undefined") { said(container, "unsupported"); return; }
  container.classList.add("loading");
  let data: Data;
  try {
    data = await unpack(block(`${id}_head`), block(`${id}_body`));
  } catch (problem) {
    container.classList.remove("loading");
    said(container, problem instanceof Unserved ? "unserved" : "broken");
    throw problem;
  }
  container.classList.remove("loading");
  show(map, data, panel, legend);
}

function show(map: L.Map, data: Data, panel: boolean, legend: boolean): void {
  const { payload } = data;
  const state = new State(data);
  const painter = new Painter(data, state, () => state.until?.[0] ?? null).addTo(map);
  const container = map.getContainer();
  const t = speaker(payload.language);
  /** What is brought into view stands beside the panel, or on a phone above it. */
  const padding = (): L.FitBoundsOptions => ({
    "": { padding: [18, 18] },
    beside: { paddingTopLeft: [386, 66], paddingBottomRight: [24, 40] },
    below: { paddingTopLeft: [12, 60], paddingBottomRight: [12, panelHeight(container)] },
  } as const)[covering(container, panel)] as L.FitBoundsOptions;
  const app: App = {
    map, data, state, painter, container, t, tool: "", cancel: () => undefined,
    mu: (m2) => muText(m2, t("mu")),
    tally: ({ count, m2 }) => `${count.toLocaleString("en-US")} ${t("plots")} · ${muText(m2, t("mu"))}`,
    goTo: (layer, i) => { map.fitBounds(painter.boundsOf(layer, i), { ...padding(), maxZoom: 17 }); },
    home: (animate = true) => { const whole = painter.bounds(); if (whole.isValid()) map.fitBounds(whole, { ...padding(), animate }); },
  };
  state.on((change) => { if (change !== "hover") painter.redraw(); });
  pointing(app, panel);
  if (panel) {
    document.title = payload.title;
    map.options.zoomSnap = 0.25; // the whole layer fills the window
    layout(app);
  }
  if (legend) legendControl(app)?.addTo(map);
  map.attributionControl?.setPrefix(false);
  app.home(false);
  if (panel && location.hash.length > 1) restore(app, location.hash.slice(1));
  (window as unknown as { spatialMap: object }).spatialMap = {
    ready: true, parcelCount: payload.parcels.count, get drawnCount(): number { return painter.drawn; }, get drawMs(): number { return painter.lastMs; },
    app, map, payload, state, shifted, project, csv: () => csv(app), within: (ring: [number, number][]) => within(app, ring),
  };
}

/** A press on a panel that is released over the map is no click on the map, though the browser makes it one. */
function panelsKeepTheirClicks(container: HTMLElement): void {
  const on = (event: Event): boolean => !!(event.target as Element).closest(PANELS);
  let pressed = false;
  container.addEventListener("mousedown", (event) => { pressed = on(event); }, true);
  container.addEventListener("click", (event) => { if (pressed && !on(event)) event.stopPropagation(); }, true);
}

/** Clicks open cards, the pointer tells what it is over. */
function pointing(app: App, panel: boolean): void {
  const { map, data, state, painter, container } = app;
  const popup = L.popup({ maxWidth: 380, minWidth: 250, autoPan: true, className: "spatial-popup" });
  panelsKeepTheirClicks(container);
  map.on("click", (event: L.LeafletMouseEvent) => {
    if (app.tool) return;
    const i = painter.pick(event.latlng);
    if (i >= 0) { popup.setLatLng(event.latlng); state.open(i); }
  });
  map.on("spatial:open", (event) => state.open((event as unknown as { parcel: number }).parcel));
  state.on((change) => {
    if (change !== "open") return;
    if (state.opened < 0) { popup.close(); return; }
    const at = popup.getLatLng(), [x, y] = data.parcels.middle(state.opened);
    const [lon, lat] = data.parcels.lonLat(x, y);
    if (!at || painter.pick(at) !== state.opened) popup.setLatLng([lat, lon]);
    const place = covering(container, panel), phone = place === "below";
    popup.options.autoPanPaddingTopLeft = place === "beside" ? [380, 64] : [10, 60];
    popup.options.autoPanPaddingBottomRight = phone ? [10, panelHeight(container)] : [10, 10];
    popup.options.maxHeight = phone ? Math.round(container.clientHeight * (1 - PHONE_PANEL)) - 130 : 9999;
    popup.setContent(card(app, state.opened)).openOn(map);
  });
  map.on("popupclose", (event) => { if (event.popup === popup && state.opened >= 0) { state.opened = -1; painter.redraw(); } });
  const tip = L.DomUtil.create("div", "tip", container);
  const place = panel && data.payload.coordinates ? L.DomUtil.create("div", "place", container) : null;
  const ids = data.columns.get("parcel_id"), status = textColumn(data, "land_status");
  let pointer: L.Point | null = null; // where it rests over the map; a finger that was lifted rests nowhere
  const rests = matchMedia("(hover: hover)");
  const tell = ({ lng, lat }: L.LatLng): void => {
    const grid = data.payload.grid, metres = grid ? project([lng, lat], grid.meridian, grid.easting) : null;
    place?.replaceChildren(node("span", "", `${lng.toFixed(6)}°E ${lat.toFixed(6)}°N`), ...(metres && grid ? [node("span", "", `X ${figure(metres[1], 1)}  Y ${figure(metres[0], 1)}`), node("span", "small", `CGCS2000 3° CM${grid.meridian}`)] : []));
  };
  const leave = (): void => { tip.style.display = "none"; if (state.hovered >= 0) { state.hovered = -1; painter.redraw(); } };
  map.on("mousemove", (event: L.LeafletMouseEvent) => {
    pointer = rests.matches ? event.containerPoint : null;
    tell(event.latlng);
    if (app.tool) { tip.style.display = "none"; return; }
    const i = painter.pick(event.latlng), carrier = painter.pickCarrier(event.latlng);
    if (i !== state.hovered) { state.hovered = i; painter.redraw(); }
    const view = state.view?.column && i >= 0 ? data.columns.get(state.view.column) : undefined;
    const lines = [i >= 0 && ids ? cell(ids, i) : "", i >= 0 ? app.mu(data.area[i]) : "", i >= 0 && view ? cell(view, i) : i >= 0 && status ? cell(status, i) : "", carrier >= 0 ? data.payload.carriers.names[carrier] : ""];
    tip.replaceChildren(...lines.filter(Boolean).map((line) => node("div", "", line)));
    tip.style.display = lines.some(Boolean) && (i < 0 || i !== state.opened) ? "block" : "none"; // the card says it already
    tip.style.transform = `translate(${Math.min(event.containerPoint.x + 14, container.clientWidth - 200)}px, ${event.containerPoint.y + 14}px)`;
  });
  state.on((change) => { if (change === "open") tip.style.display = "none"; });
  map.on("mouseout", () => { pointer = null; leave(); });
  map.on("move", () => { // by a key, a search, a link: other ground comes under a pointer that rests
    if (!pointer) return;
    const under = map.containerPointToLatLng(pointer);
    tell(under);
    if (painter.pick(under) !== state.hovered) leave();
  });
  container.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "Escape") { app.cancel(); if (state.opened >= 0) state.open(-1); }
    if (typing) return;
    if (event.key === "/") { container.querySelector<HTMLInputElement>(".find")?.focus(); event.preventDefault(); }
    if (event.key === "0") app.home();
  });
}

// Marker images from within; Folium's Icon, which wants a plug-in from elsewhere, falls back to the plain marker.
delete (L.Icon.Default.prototype as unknown as { _getIconUrl?: unknown })._getIconUrl;
L.Icon.Default.mergeOptions({ iconUrl: icon, iconRetinaUrl: icon2x, shadowUrl: shadow });
Object.assign(L, { AwesomeMarkers: { icon: () => new L.Icon.Default() } });

Object.assign(window, { L, spatial: { mount, overlays } });
