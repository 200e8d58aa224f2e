// What every widget is given: the map, the data, the state, and the words of the page's language.

import type L from "leaflet";
import { figure } from "./codec.ts";
import type { Data } from "./data.ts";
import type { Painter } from "./painter.ts";
import { type Count, MU, type State } from "./state.ts";
import { WORDS, type Word } from "./words.ts";

export interface App {
  map: L.Map;
  data: Data;
  state: State;
  painter: Painter;
  container: HTMLElement;
  t(word: Word): string;
  mu(m2: number): string;
  tally(count: Count): string;
  goTo(layer: "parcels" | "carriers", i: number): void;
  home(animate?: boolean): void;
  tool: string; // the tool in hand: select by rectangle or polygon, measure; "" for none
  cancel: () => void;
}

export const speaker = (language: string) => (word: Word): string => WORDS[word][language === "zh" ? 0 : 1];
export const muText = (m2: number, unit: string): string => `${figure(m2 / MU, m2 / MU >= 100_000 ? 0 : 1)} ${unit}`;
