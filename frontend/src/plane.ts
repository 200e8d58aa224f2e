// Shapes on the map: their boxes, an index over them, and their outlines as they are drawn and picked.

import Flatbush from "flatbush";
import type { Shapes } from "./codec.ts";

const WORLD = 256;
export const mercatorX = (lon: number): number => ((lon + 180) / 360) * WORLD;
export const mercatorY = (lat: number): number => {
  const sin = Math.sin((lat * Math.PI) / 180);
  return (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * WORLD;
};

/** A view: where step 0 lies on the canvas, pixels a step, and the box in sight in steps. */
export interface Frame {
  scale: number; left: number; top: number; width: number; height: number; west: number; south: number; east: number; north: number;
  zoom: number; cornerX: number; cornerY: number; // of the canvas, in pixels of this zoom
}

/** Rings over a table of corners on a plane; `up` grows upwards. */
export interface Outline { x: ArrayLike<number>; up: ArrayLike<number>; corner: Uint32Array; ring: Uint32Array; shape: Uint32Array }
export interface Affine { left: number; top: number; scale: number }

/** Shapes that are drawn together: which, where in the outline, and what of the canvas they may paint. */
export interface Sheet { outline: Outline; at: Affine; ids: ArrayLike<number>; slots: ArrayLike<number>; clip: [x: number, y: number, width: number, height: number] | null }

/** The path of one shape. */
export function trace(context: CanvasRenderingContext2D, { x, up, corner, ring, shape }: Outline, slot: number, { left, top, scale }: Affine): void {
  for (let r = shape[slot]; r < shape[slot + 1]; r++) {
    const last = ring[r + 1];
    let p = ring[r];
    context.moveTo(left + x[corner[p]] * scale, top - up[corner[p]] * scale);
    for (p++; p < last; p++) context.lineTo(left + x[corner[p]] * scale, top - up[corner[p]] * scale);
    context.closePath();
  }
}

/** Whether a position lies in a shape, by the even-odd rule over all its rings. */
export function covers(x: ArrayLike<number>, y: ArrayLike<number>, { corner, ring, shape }: Pick<Outline, "corner" | "ring" | "shape">, slot: number, px: number, py: number): boolean {
  let odd = false;
  for (let r = shape[slot]; r < shape[slot + 1]; r++) {
    const first = ring[r], last = ring[r + 1] - 1;
    for (let i = first, j = last; i <= last; j = i++) {
      const xi = x[corner[i]], yi = y[corner[i]], xj = x[corner[j]], yj = y[corner[j]];
      if (yi > py !== yj > py && px < ((xj - xi) * (py - yi)) / (yj - yi) + xi) odd = !odd;
    }
  }
  return odd;
}

/** Boxes in steps (west, south, east, north), an index, and the boxes' heights on the mercator plane. */
export abstract class Plane {
  readonly index: Flatbush | null;
  readonly low: Float32Array; // of every box: steps of longitude above the origin, on the plane
  readonly high: Float32Array;
  /** Pixels below which a shape is painted as its box. */
  readonly small: number = 2.2;
  /** Told when more of the shapes has come. */
  readonly arrived = new Set<() => void>();

  constructor(readonly box: Int32Array, private readonly origin: [number, number], readonly step: number) {
    const count = box.length / 4;
    const index = count ? new Flatbush(count, 16, Int32Array) : null;
    this.low = new Float32Array(count);
    this.high = new Float32Array(count);
    for (let s = 0; s < count; s++) {
      index?.add(box[4 * s], box[4 * s + 1], box[4 * s + 2], box[4 * s + 3]);
      this.low[s] = this.upOf(box[4 * s + 1]);
      this.high[s] = this.upOf(box[4 * s + 3]);
    }
    index?.finish();
    this.index = index;
  }

  get count(): number { return this.low.length; }

  /** Height of a latitude in steps on the mercator plane, in steps of longitude. */
  upOf(y: number): number { return ((mercatorY(this.origin[1]) - mercatorY(this.origin[1] + y * this.step)) / WORLD) * (360 / this.step); }

  abstract empty(s: number): boolean;
  abstract inside(s: number, px: number, py: number): boolean;
  abstract middle(s: number): [number, number];
  abstract sheets(frame: Frame, ids: ArrayLike<number>): Sheet[];

  /** Shapes whose boxes meet a rectangle in steps, in the order of their numbers. */
  query(w: number, s: number, e: number, n: number): Uint32Array {
    if (!this.index) return new Uint32Array(0);
    const { minX, minY, maxX, maxY } = this.index;
    if (w <= minX && s <= minY && e >= maxX && n >= maxY) {
      const all = new Uint32Array(this.count);
      for (let i = 0; i < all.length; i++) all[i] = i;
      return all;
    }
    return Uint32Array.from(this.index.search(w, s, e, n)).sort();
  }

  lonLat(x: number, y: number): [number, number] { return [this.origin[0] + x * this.step, this.origin[1] + y * this.step]; }
  steps(lon: number, lat: number): [number, number] { return [(lon - this.origin[0]) / this.step, (lat - this.origin[1]) / this.step]; }
}

const boxesOf = ({ count, x, y, corner, ring, shape }: Shapes): Int32Array => {
  const box = new Int32Array(4 * count);
  for (let s = 0; s < count; s++) {
    let w = 2147483647, b = 2147483647, e = -2147483648, n = -2147483648;
    for (let p = ring[shape[s]]; p < ring[shape[s + 1]]; p++) {
      const px = x[corner[p]], py = y[corner[p]];
      if (px < w) w = px;
      if (px > e) e = px;
      if (py < b) b = py;
      if (py > n) n = py;
    }
    if (w > e) continue; // nothing is there
    box[4 * s] = w;
    box[4 * s + 1] = b;
    box[4 * s + 2] = e;
    box[4 * s + 3] = n;
  }
  return box;
};

/** Shapes whose corners are all in the page. */
export class HeldPlane extends Plane {
  readonly outline: Outline;

  constructor(readonly shapes: Shapes, origin: [number, number], step: number) {
    super(boxesOf(shapes), origin, step);
    const up = new Float32Array(shapes.y.length);
    for (let i = 0; i < up.length; i++) up[i] = this.upOf(shapes.y[i]);
    this.outline = { x: shapes.x, up, corner: shapes.corner, ring: shapes.ring, shape: shapes.shape };
  }

  empty(s: number): boolean { return this.shapes.shape[s] === this.shapes.shape[s + 1]; }
  inside(s: number, px: number, py: number): boolean { return covers(this.shapes.x, this.shapes.y, this.shapes, s, px, py); }
  sheets(frame: Frame, ids: ArrayLike<number>): Sheet[] { return [{ outline: this.outline, at: frame, ids, slots: ids, clip: null }]; }

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
}
