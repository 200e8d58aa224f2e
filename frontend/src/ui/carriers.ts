// Carriers as a table that follows the filters, and leads the map; the scorecard beside it.

import type { App } from "../app.ts";
import { figure } from "../codec.ts";
import { bar, button, node } from "../dom.ts";
import { MU } from "../state.ts";

export function carrierTable(app: App): HTMLElement {
  const { data: { payload }, state } = app;
  const table = node("table", "carriers");
  const head = node("thead", "", node("tr", "", node("th", "", app.t("carrier")), node("th", "figure", ""), node("th", "figure", `${app.t("plots")}`), node("th", "figure", app.t("mu"))));
  const rows = payload.carriers.names.map((name, i) => {
    const cells = [node("td", "figure"), node("td", "figure"), node("td", "figure")];
    const row = node("tr", "", node("td", "", button("link", name, () => { app.goTo("carriers", i); row.classList.add("lit"); })), ...cells);
    return { i, row, cells };
  });
  const bodyNode = node("tbody", "", ...rows.map((one) => one.row));
  table.append(head, bodyNode);
  const update = (): void => {
    const view = state.view?.scope === "carrier" ? state.view : null;
    (head.querySelectorAll("th")[1] as HTMLElement).textContent = view ? view.unit || (view.percent ? "%" : "") : "";
    const most = Math.max(1, ...state.carrierCounts.slice(0, -1).map((one) => one.m2));
    for (const { i, cells, row } of rows) {
      const one = state.carrierCounts[i];
      const value = view?.values![i];
      cells[0].replaceChildren(view ? (value === null || value === undefined ? "–" : view.percent ? figure(value * 100, 1) : figure(value, 2)) : bar(one.m2 / most, "#7FA6C9"));
      cells[1].textContent = one.count.toLocaleString("en-US");
      cells[2].textContent = figure(one.m2 / MU, 1);
      row.classList.toggle("faint", !one.count);
    }
    const order = view ? [...rows].sort((a, b) => (view.values![b.i] ?? -Infinity) - (view.values![a.i] ?? -Infinity)) : [...rows].sort((a, b) => state.carrierCounts[b.i].m2 - state.carrierCounts[a.i].m2 || a.i - b.i);
    bodyNode.append(...order.map((one) => one.row));
  };
  state.on((change) => {
    if (change === "view" || change === "filter") update();
    if (change === "open" || change === "layers") for (const one of rows) one.row.classList.remove("lit");
  });
  update();
  return table;
}

export function scorecard(app: App): HTMLElement {
  const table = node("table", "scores");
  const told = node("p", "small", app.t("scoresStay"));
  const ofCarriers: { carrier: number; row: HTMLElement }[] = [];
  for (const score of app.data.payload.scores) {
    const title: HTMLElement = score.carrier >= 0 ? button("link", score.title, () => app.goTo("carriers", score.carrier)) : node("div", "", score.title);
    if (score.carrier < 0 && app.data.payload.views.some((view) => view.id === `carrier:${score.indicator}`)) {
      title.replaceWith(title);
      title.classList.add("link");
      title.tabIndex = 0;
      title.addEventListener("click", () => app.state.setView(`carrier:${score.indicator}`));
    }
    const row = node("tr", "", node("td", "", title, node("div", "small", [score.clause, score.zone].filter(Boolean).join(" · ")), score.close ? node("div", "small", score.close) : null,
      score.behind.length ? node("details", "small", node("summary", "", app.t("behind")), ...score.behind.map((line) => node("div", "", line))) : null),
      node("td", "figure", node("div", "", score.value), node("div", "small", score.target)), node("td", `verdict ${score.status}`, score.verdict));
    if (score.carrier >= 0) ofCarriers.push({ carrier: score.carrier, row });
    table.append(row);
  }
  const follow = (): void => {
    told.hidden = !app.state.filtered;
    for (const { carrier, row } of ofCarriers) row.hidden = app.state.filtered && !app.state.carrierCounts[carrier].count;
  };
  app.state.on((change) => { if (change === "filter") follow(); });
  follow();
  return node("div", "", told, table);
}
