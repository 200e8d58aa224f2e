// Overlays of a run: surfaces as pictures, field checks as outlines, each with its legend; off until they are chosen.

import L from "leaflet";
import { base64 } from "./codec.ts";
import { node, swatch } from "./dom.ts";

interface Key { colour: string; label: string }
interface Picture { id: string; label: string; unit: string; png: string; bounds: [[number, number], [number, number]]; keys: Key[] }
interface Check { key: number; rings: [number, number][][]; middle: [number, number]; text: string }
export interface Overlays { label: string; images: Picture[]; checks: { label: string; keys: Key[]; shapes: Check[] } }

interface Choice { id: string; label: string; unit: string; keys: Key[]; layer: L.Layer }

/** The content of a packed text; every word of it is data and is shown as text. */
export const unpacked = (packed: string): Overlays => JSON.parse(new TextDecoder().decode(base64(packed))) as Overlays;

function choices(data: Overlays): Choice[] {
  const made: Choice[] = data.images.map((image) => ({ ...image, layer: L.imageOverlay(`data:image/png;base64,${image.png}`, image.bounds, { interactive: false, pane: "spatial-overlays" }) }));
  if (data.checks.shapes.length) {
    const group = L.layerGroup();
    for (const shape of data.checks.shapes) {
      const { colour } = data.checks.keys[shape.key];
      L.polygon(shape.rings, { color: colour, weight: 3, fill: false, interactive: false }).addTo(group);
      L.circleMarker(shape.middle, { radius: 6, color: "#fff", weight: 1.5, fillColor: colour, fillOpacity: 1 }).bindTooltip(node("span", "", shape.text), { direction: "top" }).addTo(group);
    }
    made.push({ id: "checks", label: data.checks.label, unit: "", keys: data.checks.keys, layer: group });
  }
  return made;
}

export function overlays(map: L.Map, packed: string): void {
  const data = unpacked(packed);
  const pane = map.createPane("spatial-overlays");
  pane.style.zIndex = "450";
  pane.style.pointerEvents = "none";
  const offered = choices(data);
  if (!offered.length) return;
  const legend = node("div", "spatial-overlay-legend");
  const tell = (): void => {
    const shown = offered.filter((one) => map.hasLayer(one.layer));
    legend.replaceChildren(...shown.flatMap((one) => [node("div", "overlay-head", one.unit ? `${one.label} (${one.unit})` : one.label), ...one.keys.map((key) => node("div", "overlay-key", swatch(key.colour), node("span", "", key.label)))]));
    legend.hidden = !shown.length;
  };
  const panel = node("details", "spatial-overlays", node("summary", "overlay-head", data.label));
  panel.open = map.getContainer().clientWidth > 760 && map.getContainer().clientHeight > 640; // in a notebook it would lie over the carriers
  for (const one of offered) {
    const tick = node("input");
    tick.type = "checkbox";
    tick.dataset.overlay = one.id;
    tick.addEventListener("change", () => { if (tick.checked) one.layer.addTo(map); else one.layer.remove(); tell(); });
    panel.append(node("label", "", tick, one.label));
  }
  for (const part of [panel, legend]) {
    L.DomEvent.disableClickPropagation(part);
    L.DomEvent.disableScrollPropagation(part);
    const control = new L.Control({ position: "topright" });
    control.onAdd = () => part;
    control.addTo(map);
  }
  tell();
}
