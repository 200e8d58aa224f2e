// The data contract with spatial/render/map_payload.py: what a payload holds. Every text in it is data and is shown as text only.

/** A buffer of the body: first byte, bytes, numbers, byte planes, coding (0 plain, 1 zigzag, 2 zigzag of differences). */
export type Ref = [start: number, bytes: number, count: number, planes: number, coding: number];

export interface ShapesHead { count: number; points: number; corners: number; rings: Ref; sizes: Ref; links: Ref; dx: Ref; dy: Ref }
export interface WordsHead { shared: Ref; sizes: Ref; bytes: Ref }
export interface ColumnHead {
  name: string;
  label: string;
  kind: "text" | "number" | "date";
  group?: string; // parcel, state, supply, imagery
  count?: number; // texts: distinct words
  words?: WordsHead;
  codes?: Ref;
  least?: number; // numbers: what the smallest stored 1 stands for
  digits?: number;
  unit?: string;
  percent?: boolean;
  plain?: boolean; // a year: no thousands separator
  values?: Ref;
}

/** Rows of a ledger, and which parcel each stands on. */
export interface TableHead { name: string; label: string; count: number; columns: ColumnHead[]; parcels: Ref; rows: Ref }

/** A way to colour the map. Classes are the words of a text column, or lie between the limits of a number. */
export interface View {
  id: string;
  label: string;
  group: "state" | "parcel" | "carrier";
  scope: "parcel" | "carrier";
  column?: string;
  breaks?: number[];
  colours: string[];
  unit?: string;
  percent?: boolean;
  values?: (number | null)[]; // of each carrier
}

export interface Score { clause: string; title: string; zone: string; carrier: number; indicator: string; value: string; target: string; verdict: string; status: string; close: string; behind: string[] }

export interface Basemap {
  id: string;
  label: string;
  urls: string[]; // {z} {x} {y} {s} {key}
  servers?: string;
  key?: boolean; // the page asks for the user's key
  datum?: "GCJ-02";
  tms?: boolean;
  credit: string;
  deepest: number;
  tiles?: Record<string, Ref>; // embedded, by z/x/y
  type?: string;
}

/** Inner points and boxes of parcels whose corners lie in tiles, in steps; wide and tall are one more than they are, 0 where nothing is. */
export interface BoxesHead { west: Ref; south: Ref; wide: Ref; tall: Ref; x: Ref; y: Ref }

/** A served map: files beside the page, zoom levels of the archive, pixels below which a level leaves parcels out. */
export interface Tiles { archive: string; columns: string; levels: number[]; least: number }

export interface Payload {
  version: 2;
  language: "zh" | "en";
  title: string;
  subtitle: string;
  stamp: string;
  notes: string[];
  origin: [number, number]; // longitude and latitude of step 0
  step: number; // degrees a step
  coordinates: boolean; // whether positions may be read
  grid: { name: string; meridian: number; easting: number } | null;
  parcels: { count: number; shapes: ShapesHead; boxes?: BoxesHead; columns: ColumnHead[] };
  carriers: { count: number; shapes: ShapesHead; names: string[]; pieces: { parcel: Ref; carrier: Ref; area: Ref } }; // a carrier one past the last: the ground outside carriers
  tables: TableHead[];
  views: View[];
  scores: Score[];
  basemaps: Basemap[];
  tiles?: Tiles;
}

export const VERSION = 2;
