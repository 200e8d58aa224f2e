// Shapes whose corners lie in a PMTiles archive on the server: tiles are fetched for what is in sight, boxes are known from the start.

import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { PMTiles, type RangeResponse, type Source } from "pmtiles";
import type { Ints } from "./codec.ts";
import { type Frame, type Outline, Plane, type Sheet, covers, mercatorX, mercatorY } from "./plane.ts";

const SIDE = 256; // pixels of a tile
const KEPT = 240; // tiles
const WORLD = 256;

/** Parts of a file by range requests; from a server that does not know them, the whole file once. */
export class Served implements Source {
  private whole: Promise<ArrayBuffer> | null = null;
  constructor(private readonly url: string) {}

  getKey(): string { return this.url; }

  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    if (!this.whole) {
      const answer = await fetch(this.url, { signal, headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
      if (!answer.ok) throw new Error(`${this.url}: ${answer.status}`);
      if (answer.status === 206) return { data: await answer.arrayBuffer() };
      this.whole ??= answer.arrayBuffer();
    }
    return { data: (await this.whole).slice(offset, offset + length) };
  }
}

export interface Leaf { z: number; x: number; y: number; extent: number; outline: Outline; ids: Uint32Array; slots: Uint32Array; place: Map<number, number> }

/** A tile's polygons; the number of a feature is the number of its parcel. */
export function leaf(bytes: ArrayBuffer, z: number, x: number, y: number): Leaf {
  const layer = new VectorTile(new PbfReader(new Uint8Array(bytes))).layers.parcels;
  const xs: number[] = [], ups: number[] = [], ring = [0], shape = [0], ids: number[] = [];
  for (let k = 0; k < (layer?.length ?? 0); k++) {
    const feature = layer.feature(k);
    for (const points of feature.loadGeometry()) {
      const last = points.length - 1; // the closing corner
      for (let p = 0; p < last; p++) { xs.push(points[p].x); ups.push(-points[p].y); }
      ring.push(xs.length);
    }
    shape.push(ring.length - 1);
    ids.push(feature.id ?? 0);
  }
  const count = (length: number): Uint32Array => { const out = new Uint32Array(length); for (let i = 0; i < length; i++) out[i] = i; return out; };
  return {
    z, x, y, extent: layer?.extent ?? 1, ids: Uint32Array.from(ids), slots: count(ids.length), place: new Map(ids.map((id, slot) => [id, slot])),
    outline: { x: Float32Array.from(xs), up: Float32Array.from(ups), corner: count(xs.length), ring: Uint32Array.from(ring), shape: Uint32Array.from(shape) },
  };
}

export interface Boxes { west: Ints; south: Ints; wide: Ints; tall: Ints; x: Ints; y: Ints } // wide and tall are one more than they are; 0 where nothing is

export class TiledPlane extends Plane {
  readonly small: number;
  failed = false;
  private readonly archive: PMTiles;
  private readonly leaves = new Map<string, Leaf | null>(); // in the order they were last wanted; null while they come
  private deepest = 0;

  constructor(private readonly boxes: Boxes, origin: [number, number], step: number, url: string, private readonly levels: number[], least: number) {
    const box = new Int32Array(4 * boxes.west.length);
    for (let i = 0; i < boxes.west.length; i++) {
      box[4 * i] = boxes.west[i];
      box[4 * i + 1] = boxes.south[i];
      box[4 * i + 2] = boxes.west[i] + Math.max(0, boxes.wide[i] - 1);
      box[4 * i + 3] = boxes.south[i] + Math.max(0, boxes.tall[i] - 1);
    }
    super(box, origin, step);
    this.small = 2 * least;
    this.archive = new PMTiles(new Served(url));
  }

  empty(s: number): boolean { return !this.boxes.wide[s]; }
  middle(s: number): [number, number] { return [this.boxes.west[s] + this.boxes.x[s], this.boxes.south[s] + this.boxes.y[s]]; }

  /** By the corners where a tile that holds them is here; by the box else. */
  inside(s: number, px: number, py: number): boolean {
    const [lon, lat] = this.lonLat(px, py);
    for (let at = this.levels.length - 1; at >= 0; at--) {
      const z = this.levels[at];
      if (z > this.deepest) continue;
      const n = 2 ** z, x = (mercatorX(lon) / WORLD) * n, y = (mercatorY(lat) / WORLD) * n;
      const found = this.leaves.get(`${z}/${Math.floor(x)}/${Math.floor(y)}`);
      const slot = found?.place.get(s);
      if (found && slot !== undefined) return covers(found.outline.x, found.outline.up, found.outline, slot, (x - found.x) * found.extent, -(y - found.y) * found.extent);
    }
    return px >= this.box[4 * s] && px <= this.box[4 * s + 2] && py >= this.box[4 * s + 1] && py <= this.box[4 * s + 3];
  }

  sheets(frame: Frame): Sheet[] {
    const least = this.levels[0], most = this.levels[this.levels.length - 1];
    const z = Math.min(most, Math.max(least, Math.floor(frame.zoom)));
    const side = SIDE * 2 ** (frame.zoom - z), n = 2 ** z;
    const [x0, x1, y0, y1] = [frame.cornerX, frame.cornerX + frame.width - 1, frame.cornerY, frame.cornerY + frame.height - 1].map((at) => Math.min(n - 1, Math.max(0, Math.floor(at / side))));
    const made: Sheet[] = [];
    const wanted: [number, number][] = [];
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) wanted.push([x, y]);
    const middle = [(frame.cornerX + frame.width / 2) / side - 0.5, (frame.cornerY + frame.height / 2) / side - 0.5];
    wanted.sort((a, b) => Math.hypot(a[0] - middle[0], a[1] - middle[1]) - Math.hypot(b[0] - middle[0], b[1] - middle[1]));
    for (const [x, y] of wanted) {
      const found = this.want(z, x, y) ?? this.nearest(z, x, y);
      if (!found?.ids.length) continue;
      const grown = SIDE * 2 ** (frame.zoom - found.z);
      const clip: Sheet["clip"] = [Math.round(x * side - frame.cornerX), Math.round(y * side - frame.cornerY), 0, 0];
      clip[2] = Math.round((x + 1) * side - frame.cornerX) - clip[0];
      clip[3] = Math.round((y + 1) * side - frame.cornerY) - clip[1];
      made.push({ outline: found.outline, ids: found.ids, slots: found.slots, at: { left: found.x * grown - frame.cornerX, top: found.y * grown - frame.cornerY, scale: grown / found.extent }, clip });
    }
    return made;
  }

  private nearest(z: number, x: number, y: number): Leaf | null {
    for (let up = 1; z - up >= this.levels[0]; up++) {
      const found = this.leaves.get(`${z - up}/${x >> up}/${y >> up}`);
      if (found) return found;
    }
    return null;
  }

  /** A tile if it is here; else it is sent for. */
  private want(z: number, x: number, y: number): Leaf | null {
    const key = `${z}/${x}/${y}`;
    const held = this.leaves.get(key);
    if (held !== undefined) {
      this.leaves.delete(key);
      this.leaves.set(key, held);
      return held;
    }
    this.leaves.set(key, null);
    this.deepest = Math.max(this.deepest, z);
    this.archive.getZxy(z, x, y).then((answer) => {
      this.leaves.set(key, answer ? leaf(answer.data, z, x, y) : { z, x, y, extent: 1, ids: new Uint32Array(0), slots: new Uint32Array(0), place: new Map(), outline: { x: [], up: [], corner: new Uint32Array(0), ring: new Uint32Array(1), shape: new Uint32Array(1) } });
      for (const old of this.leaves.keys()) { if (this.leaves.size <= KEPT) break; this.leaves.delete(old); }
      for (const tell of this.arrived) tell();
    }).catch(() => {
      this.leaves.delete(key);
      this.failed = true;
    });
    return null;
  }

  /** Tiles that are on their way. */
  get waiting(): number { let many = 0; for (const one of this.leaves.values()) if (!one) many++; return many; }
}
