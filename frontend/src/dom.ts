// Nodes of the page. Text goes in as text, never as markup.

/** What stands over the map: a press on it is not meant for the map. */
export const PANELS = ".side, .tools, .toggle, .selection, .side-year, .leaflet-control, .leaflet-popup";

export type Child = Node | string | null | undefined | false;

export function node<K extends keyof HTMLElementTagNameMap>(tag: K, name = "", ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (name) made.className = name;
  for (const child of children) if (child) made.append(child);
  return made;
}

export function button(name: string, label: string, act: () => void): HTMLButtonElement {
  const made = node("button", name, label);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

export function swatch(colour: string): HTMLElement {
  const made = node("span", "swatch");
  made.style.background = colour;
  return made;
}

export function bar(share: number, colour: string): HTMLElement {
  const fill = node("span", "bar-fill");
  fill.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  fill.style.background = colour;
  return node("span", "bar", fill);
}

export function section(title: string, open: boolean, ...children: Child[]): HTMLDetailsElement {
  const made = node("details", "section", node("summary", "", title), ...children);
  made.open = open;
  return made;
}
