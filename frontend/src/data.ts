// A payload unpacked: shapes, columns, ledgers and carriers' pieces, ready to be asked.

import Flatbush from "flatbush";
import { strFromU8 } from "fflate";
import { Body, type Column, type Ints, type NumberColumn, type Shapes, type TextColumn, base64, column, inflate, shapes } from "./codec.ts";
import { type Payload, type TableHead, VERSION } from "./contract.ts";

const WORLD = 256;
export const mercatorX = (lon: number): number => ((lon + 180) / 360) * WORLD;
export const mercatorY = (lat: number): number => {
  const sin = Math.sin((lat * Math.PI) / 180);
  return (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * WORLD;
};

/** Shapes with boxes, an index and their height on the mercator plane. Boxes are in steps: west, south, east, north. */
export class Plane {
  readonly box: Int32Array;
  readonly up: Float32Array; // of every corner: steps of longitude above the origin, on the plane
  readonly index: Flatbush | null;

  constructor(readonly shapes: Shapes, private readonly origin: [number, number], readonly step: number) {
    const { count, x, y, corner, ring, shape } = shapes;
    const unit = (step / 360) * WORLD;
    const base = mercatorY(origin[1]);
    this.up = new Float32Array(y.length);
    for (let i = 0; i < y.length; i++) this.up[i] = (base - mercatorY(origin[1] + y[i] * step)) / unit;
    this.box = new Int32Array(4 * count);
    const index = count ? new Flatbush(count, 16, Int32Array) : null;
    for (let s = 0; s < count; s++) {
      let w = 2147483647, b = 2147483647, e = -2147483648, n = -2147483648;
      for (let p = ring[shape[s]]; p < ring[shape[s + 1]]; p++) {
        const px = x[corner[p]], py = y[corner[p]];
        if (px < w) w = px;
        if (px > e) e = px;
        if (py < b) b = py;
        if (py > n) n = py;
      }
      if (w > e) w = b = e = n = 0; // nothing is there
      this.box[4 * s] = w;
      this.box[4 * s + 1] = b;
      this.box[4 * s + 2] = e;
      this.box[4 * s + 3] = n;
      index?.add(w, b, e, n);
    }
    index?.finish();
    this.index = index;
  }

  empty(s: number): boolean { return this.shapes.shape[s] === this.shapes.shape[s + 1]; }

  /** Shapes whose boxes meet a rectangle in steps, in the order of their numbers. */
  query(w: number, s: number, e: number, n: number): Uint32Array {
    if (!this.index) return new Uint32Array(0);
    const { minX, minY, maxX, maxY } = this.index;
    if (w <= minX && s <= minY && e >= maxX && n >= maxY) return Uint32Array.from({ length: this.shapes.count }, (_, i) => i);
    return Uint32Array.from(this.index.search(w, s, e, n)).sort();
  }

  /** Whether a position lies in a shape, by the even-odd rule over all its rings. */
  inside(s: number, px: number, py: number): boolean {
    const { x, y, corner, ring, shape } = this.shapes;
    let odd = false;
    for (let r = shape[s]; r < shape[s + 1]; r++) {
      const first = ring[r], last = ring[r + 1] - 1;
      for (let i = first, j = last; i <= last; j = i++) {
        const xi = x[corner[i]], yi = y[corner[i]], xj = x[corner[j]], yj = y[corner[j]];
        if (yi > py !== yj > py && px < ((xj - xi) * (py - yi)) / (yj - yi) + xi) odd = !odd;
      }
    }
    return odd;
  }

  /** A position inside a shape: the middle of its widest stretch at half its height. */
  middle(s: number): [number, number] {
    const { x, y, corner, ring, shape } = this.shapes;
    const at = (this.box[4 * s + 1] + this.box[4 * s + 3]) / 2 + 0.25; // off the grid, so that no corner lies on the line
    const cuts: number[] = [];
    for (let r = shape[s]; r < shape[s + 1]; r++) {
      const first = ring[r], last = ring[r + 1] - 1;
      for (let i = first, j = last; i <= last; j = i++) {
        const yi = y[corner[i]], yj = y[corner[j]];
        if (yi > at !== yj > at) cuts.push(x[corner[i]] + ((x[corner[j]] - x[corner[i]]) * (at - yi)) / (yj - yi));
      }
    }
    cuts.sort((a, b) => a - b);
    let best = (this.box[4 * s] + this.box[4 * s + 2]) / 2, width = -1;
    for (let k = 0; k + 1 < cuts.length; k += 2) if (cuts[k + 1] - cuts[k] > width) { width = cuts[k + 1] - cuts[k]; best = (cuts[k] + cuts[k + 1]) / 2; }
    return [best, at];
  }

  lonLat(x: number, y: number): [number, number] { return [this.origin[0] + x * this.step, this.origin[1] + y * this.step]; }
  steps(lon: number, lat: number): [number, number] { return [(lon - this.origin[0]) / this.step, (lat - this.origin[1]) / this.step]; }
}

export interface Ledger { head: TableHead; columns: Column[]; first: Uint32Array; row: Uint32Array } // rows of parcel i: row[first[i]] ... row[first[i + 1] - 1]

/** Items sorted by parcel as first positions of each parcel. */
const firsts = (count: number, sorted: Ints): Uint32Array => {
  const out = new Uint32Array(count + 1);
  for (let i = 0; i < sorted.length; i++) out[sorted[i] + 1]++;
  for (let i = 0; i < count; i++) out[i + 1] += out[i];
  return out;
};

export interface Data {
  payload: Payload;
  body: Body;
  parcels: Plane;
  carriers: Plane;
  columns: Map<string, Column>;
  ledgers: Ledger[];
  area: Float64Array; // m² of every parcel
  pieces: { first: Uint32Array; carrier: Ints; area: Ints }; // area in hundredths of m²
}

export async function unpack(head: string, body: string): Promise<Data> {
  const payload = JSON.parse(strFromU8(await inflate(base64(head)))) as Payload;
  if (payload.version !== VERSION) throw new Error(`payload version ${String(payload.version)}`);
  const held = new Body(base64(body));
  const { parcels, carriers } = payload;
  const [ground, zones, listed] = await Promise.all([shapes(held, parcels.shapes), shapes(held, carriers.shapes), Promise.all(parcels.columns.map((one) => column(held, one)))]);
  const columns = new Map(listed.map((one) => [one.head.name, one]));
  const ledgers = await Promise.all(payload.tables.map(async (table): Promise<Ledger> => {
    const [on, row, made] = await Promise.all([held.ints(table.parcels), held.ints(table.rows), Promise.all(table.columns.map((one) => column(held, one)))]);
    return { head: table, columns: made, first: firsts(parcels.count, on), row: Uint32Array.from(row) };
  }));
  const [on, carrier, area] = await Promise.all([held.ints(carriers.pieces.parcel), held.ints(carriers.pieces.carrier), held.ints(carriers.pieces.area)]);
  const size = columns.get("area_m2") as NumberColumn | undefined;
  return {
    payload, body: held, parcels: new Plane(ground, payload.origin, payload.step), carriers: new Plane(zones, payload.origin, payload.step), columns, ledgers,
    area: size ? size.values : new Float64Array(parcels.count), pieces: { first: firsts(parcels.count, on), carrier, area },
  };
}

export const textColumn = (data: Data, name: string): TextColumn | undefined => {
  const found = data.columns.get(name);
  return found?.kind === "text" ? found : undefined;
};
export const numberColumn = (data: Data, name: string): NumberColumn | undefined => {
  const found = data.columns.get(name);
  return found && found.kind !== "text" ? found : undefined;
};
