// Where the widgets stand on the page: panel at the left, tools at the top, time at the foot.

import L from "leaflet";
import type { App } from "../app.ts";
import { button, node, section } from "../dom.ts";
import { basemaps } from "./basemaps.ts";
import { carrierTable, scorecard } from "./carriers.ts";
import { filters } from "./filters.ts";
import { linkButton } from "./link.ts";
import { printing } from "./print.ts";
import { search } from "./search.ts";
import { comparison, timeSlider } from "./time.ts";
import { selectionPanel, tools } from "./tools.ts";
import { layerSwitches, viewPicker } from "./views.ts";

export function layout(app: App): void {
  const { container, map, data: { payload }, t } = app;
  container.classList.add("with-side");
  const side = node("aside", "side");
  side.setAttribute("aria-label", t("panel"));
  side.append(node("header", "", node("div", "title-row", node("h1", "", payload.title), payload.stamp ? node("span", "stamp", payload.stamp) : null), node("p", "small", payload.subtitle)), search(app));
  side.append(tabs([
    ["views", t("views"), node("div", "", viewPicker(app), layerSwitches(app), basemaps(app))],
    ["filter", t("filter"), filters(app)],
    ["carriers", t("carriers"), payload.carriers.count ? carrierTable(app) : null],
    ["targets", t("targets"), payload.scores.length ? scorecard(app) : null],
    ["notes", t("notes"), node("div", "notes", ...payload.notes.map((note) => node("p", "", note)), section(t("help"), true, node("p", "small", t("keys"))))],
  ]));
  const foot = timeSlider(app);
  if (foot) side.append(foot);
  const strip = tools(app);
  const compare = comparison(app);
  strip.append(...[compare, button("tool", t("print"), () => window.print()), linkButton(app), button("tool", t("home"), () => app.home())].filter((one): one is HTMLButtonElement => !!one));
  const toggle = button("toggle", t("panel"), () => { container.classList.toggle("closed"); toggle.setAttribute("aria-expanded", String(!container.classList.contains("closed"))); });
  toggle.setAttribute("aria-expanded", "true");
  const selection = selectionPanel(app);
  for (const one of [side, strip, toggle, selection]) {
    L.DomEvent.disableClickPropagation(one);
    L.DomEvent.disableScrollPropagation(one);
    one.addEventListener("mouseenter", () => map.fire("mouseout"));
    for (const kind of ["mousemove", "mousedown", "mouseup", "keypress"]) one.addEventListener(kind, (event) => event.stopPropagation());
  }
  container.append(toggle, strip, side, selection);
  printing(app);
  map.zoomControl?.remove(); // the one a Folium map brings would lie under the panel
  L.control.zoom({ position: "bottomright" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
}

/** Pages of the panel, one at a time. */
function tabs(pages: [string, string, HTMLElement | null][]): HTMLElement {
  const list = node("div", "tabs"), held = node("div", "pages");
  list.setAttribute("role", "tablist");
  const open = (name: string): void => {
    for (const one of list.children) one.setAttribute("aria-selected", String((one as HTMLElement).dataset.page === name));
    for (const one of held.children) (one as HTMLElement).hidden = (one as HTMLElement).dataset.page !== name;
  };
  for (const [name, label, content] of pages) {
    if (!content) continue;
    const tab = button("tab", label, () => open(name));
    tab.setAttribute("role", "tab");
    tab.dataset.page = name;
    const page = node("div", "page", content);
    page.setAttribute("role", "tabpanel");
    page.dataset.page = name;
    list.append(tab);
    held.append(page);
  }
  open("views");
  return node("div", "tabbed", list, held);
}
