// The client: unpacks a payload and puts it on a Leaflet map. Folium finds Leaflet as `L`.

import { inflateSync, strFromU8 } from "fflate";
import L from "leaflet";
import icon from "leaflet/dist/images/marker-icon.png";
import icon2x from "leaflet/dist/images/marker-icon-2x.png";
import shadow from "leaflet/dist/images/marker-shadow.png";
import { type Payload, text } from "./contract.ts";
import { type Shapes, cell, unpackShapes } from "./decode.ts";
import { ParcelCanvas } from "./layer.ts";
import { card, node, sidebar } from "./panel.ts";

const bytes = (base64: string): Uint8Array => inflateSync(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));

export interface Packed { meta: string; parcels: string; carriers: string; panel: boolean }

function mount(map: L.Map, packed: Packed): ParcelCanvas {
  const payload = JSON.parse(strFromU8(bytes(packed.meta))) as Payload;
  const parcels: Shapes = unpackShapes(bytes(packed.parcels));
  const layer = new ParcelCanvas(payload, parcels, unpackShapes(bytes(packed.carriers)));
  layer.addTo(map);
  const popup = L.popup({ maxWidth: 420, minWidth: 260, autoPan: true, className: "spatial-popup" });
  const open = (i: number, at: L.LatLng): void => {
    layer.selected = i;
    layer.redraw();
    popup.setLatLng(at).setContent(card(payload, i)).openOn(map);
  };
  map.on("click", (event: L.LeafletMouseEvent) => {
    const i = layer.pick(event.latlng);
    if (i >= 0) open(i, event.latlng);
  });
  map.on("spatial:open", (event) => {
    const { parcel } = event as unknown as { parcel: number };
    open(parcel, layer.boundsOf("parcels", parcel).getCenter());
  });
  map.on("popupclose", () => { layer.selected = -1; layer.redraw(); });
  const tip = L.DomUtil.create("div", "tip", map.getContainer());
  const place = packed.panel && payload.coordinates ? L.DomUtil.create("div", "place", map.getContainer()) : null;
  const ids = payload.columns.find((column) => column.name === "parcel_id");
  map.on("mousemove", (event: L.LeafletMouseEvent) => {
    const i = layer.pick(event.latlng);
    const carrier = layer.pickCarrier(event.latlng);
    if (i !== layer.hovered) { layer.hovered = i; layer.redraw(); }
    const lines = [i >= 0 && ids ? cell(ids, i) : "", i >= 0 ? payload.categories[payload.status[i]]?.label ?? "" : "", carrier >= 0 ? payload.carriers.names[carrier] : ""];
    tip.replaceChildren(...lines.filter(Boolean).map((line) => node("div", "", line)));
    tip.style.display = lines.some(Boolean) ? "block" : "none";
    tip.style.transform = `translate(${event.containerPoint.x + 14}px, ${event.containerPoint.y + 14}px)`;
    if (place) place.textContent = `${event.latlng.lng.toFixed(5)}°E  ${event.latlng.lat.toFixed(5)}°N`;
  });
  map.on("mouseout", () => { tip.style.display = "none"; layer.hovered = -1; layer.redraw(); });
  const container = map.getContainer();
  if (packed.panel) {
    container.classList.add("with-side");
    container.append(sidebar(map, layer, payload));
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.attributionControl?.setPrefix(false);
    const toggle = node("button", "toggle", text(payload, "panel"));
    toggle.type = "button";
    toggle.addEventListener("click", () => container.classList.toggle("closed"));
    L.DomEvent.disableClickPropagation(toggle);
    container.append(toggle);
    document.title = payload.title;
  }
  const whole = layer.bounds();
  if (whole.isValid()) map.fitBounds(whole, packed.panel && container.clientWidth > 760 ? { paddingTopLeft: [370, 20], paddingBottomRight: [20, 20] } : { padding: [20, 20] });
  const state = { ready: true, parcelCount: parcels.count, get drawnCount(): number { return layer.drawn; }, layer, map, payload };
  (window as unknown as { spatialMap: object }).spatialMap = state;
  return layer;
}

// Marker images from within; Folium's Icon, which wants a plug-in from elsewhere, falls back to the plain marker.
delete (L.Icon.Default.prototype as unknown as { _getIconUrl?: unknown })._getIconUrl;
L.Icon.Default.mergeOptions({ iconUrl: icon, iconRetinaUrl: icon2x, shadowUrl: shadow });
Object.assign(L, { AwesomeMarkers: { icon: () => new L.Icon.Default() } });

Object.assign(window, { L, spatial: { mount } });
