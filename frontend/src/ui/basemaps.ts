// The basemap switch; the key of 天地图 is asked for and stays in this window.

import type L from "leaflet";
import type { App } from "../app.ts";
import { basemapLayer } from "../basemap.ts";
import { button, node, section } from "../dom.ts";

export function basemaps(app: App): HTMLElement | null {
  const { payload, body } = app.data;
  if (!payload.basemaps.length) return null;
  const select = node("select", "wide");
  select.setAttribute("aria-label", app.t("basemap"));
  for (const [id, label] of [["", app.t("none")], ...payload.basemaps.map((one) => [one.id, one.label])]) {
    const option = node("option", "", label);
    option.value = id;
    select.append(option);
  }
  const ask = node("div", "row");
  const told = node("div", "small");
  let key = "";
  let shown: L.LayerGroup | null = null;
  const show = (): void => {
    shown?.remove();
    shown = null;
    ask.replaceChildren();
    told.textContent = "";
    const basemap = payload.basemaps.find((one) => one.id === select.value);
    app.container.classList.toggle("with-basemap", !!basemap);
    if (!basemap) return;
    if (basemap.key && !key) {
      const input = node("input", "number");
      input.type = "password";
      input.placeholder = app.t("key");
      input.setAttribute("aria-label", app.t("key"));
      ask.append(input, button("plain", app.t("use"), () => { key = input.value.trim(); show(); }));
      return;
    }
    shown = basemapLayer(basemap, body, key);
    shown.eachLayer((layer) => layer.on("tileerror", () => { told.textContent = app.t("offline"); }));
    shown.addTo(app.map);
    told.textContent = basemap.credit;
  };
  select.addEventListener("change", show);
  return section(app.t("basemap"), false, select, ask, told);
}
