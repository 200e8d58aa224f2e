// The page as it is printed: an A4 sheet in landscape that shows what the window shows.

import L from "leaflet";
import type { App } from "../app.ts";

const SHEET = { width: 1045, height: 715 }; // A4 less margins of 10 mm, at the 96 px to the inch that browsers print at
const BESIDE = { left: 386, top: 14, right: 14, bottom: 40 }; // the panel with title and legend stands at the left, the scale at the foot

export function printing(app: App): void {
  const { container, map, painter } = app;
  let before: { width: string; height: string; centre: L.LatLng; zoom: number } | null = null;
  const resized = (): void => { map.invalidateSize({ animate: false, pan: false }); };
  window.addEventListener("beforeprint", () => {
    if (before || container.classList.contains("compared")) return;
    const size = map.getSize(), left = size.x > 760 && !container.classList.contains("closed") ? BESIDE.left : 0;
    const seen = L.latLngBounds(map.containerPointToLatLng([left, 0]), map.containerPointToLatLng([size.x, size.y]));
    const whole = painter.bounds();
    const kept = seen.intersects(whole) ? L.latLngBounds( // the part of the window that holds anything
      [Math.max(seen.getSouth(), whole.getSouth()), Math.max(seen.getWest(), whole.getWest())], [Math.min(seen.getNorth(), whole.getNorth()), Math.min(seen.getEast(), whole.getEast())]) : seen;
    before = { width: container.style.width, height: container.style.height, centre: map.getCenter(), zoom: map.getZoom() };
    container.style.width = `${SHEET.width}px`;
    container.style.height = `${SHEET.height}px`;
    resized();
    map.fitBounds(kept, { paddingTopLeft: [BESIDE.left, BESIDE.top], paddingBottomRight: [BESIDE.right, BESIDE.bottom], animate: false });
    painter.now();
  });
  window.addEventListener("afterprint", () => {
    if (!before) return;
    container.style.width = before.width;
    container.style.height = before.height;
    resized();
    map.setView(before.centre, before.zoom, { animate: false });
    painter.now();
    before = null;
  });
}
