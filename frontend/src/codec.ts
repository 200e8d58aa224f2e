// What Python packs (spatial/render/map_codec.py) and the browser unpacks: columns of whole numbers as deflated byte planes.

import { inflateSync } from "fflate";
import type { ColumnHead, Ref, ShapesHead, WordsHead } from "./contract.ts";

/** Rings of all shapes over a table of corners; corners that shapes share stand once. */
export interface Shapes {
  count: number;
  x: Int32Array; // of every corner, in steps from the origin
  y: Int32Array;
  corner: Uint32Array; // which corner each vertex is
  ring: Uint32Array; // first vertex of each ring, and one past the last
  shape: Uint32Array; // first ring of each shape, and one past the last
}

export type Ints = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

const unzigzag = (value: number): number => (value % 2 ? -(value + 1) / 2 : value / 2);

export function base64(text: string): Uint8Array {
  const native = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array }).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** Raw deflate, by the browser itself where it can (and off this thread), else by fflate. */
export async function inflate(data: Uint8Array): Promise<Uint8Array> {
  if (typeof DecompressionStream === "undefined" || data.length < 4096) return inflateSync(data);
  try {
    const stream = new Blob([data as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return inflateSync(data);
  }
}

export class Body {
  constructor(private readonly bytes: Uint8Array) {}

  blob([start, size]: Ref): Promise<Uint8Array> {
    return inflate(this.bytes.subarray(start, start + size));
  }

  /** The unsigned numbers of a buffer as they were split, in the smallest array that holds them. */
  async raw(ref: Ref): Promise<Ints> {
    const [, , count, planes] = ref;
    if (!count) return new Uint8Array(0);
    const data = await this.blob(ref);
    if (planes <= 1) return data;
    if (planes === 2) {
      const out = new Uint16Array(count);
      for (let i = 0; i < count; i++) out[i] = data[i] | (data[count + i] << 8);
      return out;
    }
    if (planes <= 4) {
      const out = new Uint32Array(count);
      for (let plane = 0; plane < planes; plane++) for (let i = 0, at = plane * count; i < count; i++) out[i] |= data[at + i] << (8 * plane);
      return out;
    }
    const out = new Float64Array(count);
    for (let plane = 0; plane < planes; plane++) for (let i = 0, at = plane * count; i < count; i++) out[i] += data[at + i] * 256 ** plane;
    return out;
  }

  /** The numbers of a buffer, zigzag and differences undone. */
  async ints(ref: Ref): Promise<Ints> {
    const raw = await this.raw(ref);
    if (!ref[4]) return raw;
    const out = ref[3] <= 3 ? new Int32Array(raw.length) : new Float64Array(raw.length);
    let sum = 0;
    for (let i = 0; i < raw.length; i++) {
      const value = unzigzag(raw[i]);
      out[i] = ref[4] === 2 ? (sum += value) : value;
    }
    return out;
  }
}

const running = (sizes: Ints): Uint32Array => {
  const out = new Uint32Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i++) out[i + 1] = out[i] + sizes[i];
  return out;
};

export async function shapes(body: Body, head: ShapesHead): Promise<Shapes> {
  const [rings, sizes, links, dx, dy] = await Promise.all([body.ints(head.rings), body.ints(head.sizes), body.raw(head.links), body.ints(head.dx), body.ints(head.dy)]);
  const x = new Int32Array(head.corners), y = new Int32Array(head.corners);
  const corner = new Uint32Array(head.points);
  let next = 0, before = 0, bx = 0, by = 0;
  for (let p = 0; p < head.points; p++) {
    const link = links[p];
    if (link === 0) {
      x[next] = bx += dx[next];
      y[next] = by += dy[next];
      before = next++;
    } else {
      const turned = link - 1;
      before += turned & 1 ? -(turned + 1) / 2 : turned / 2;
      bx = x[before];
      by = y[before];
    }
    corner[p] = before;
  }
  return { count: head.count, x, y, corner, ring: running(sizes), shape: running(rings) };
}

/** Texts by number; each is made when it is asked for. */
export class Words {
  private readonly decoder = new TextDecoder();
  private readonly known = new Map<number, string>();
  constructor(private readonly bytes: Uint8Array, private readonly start: Uint32Array) {}

  get length(): number { return this.start.length - 1; }

  at(i: number): string {
    let word = this.known.get(i);
    if (word === undefined) {
      word = this.decoder.decode(this.bytes.subarray(this.start[i], this.start[i + 1]));
      if (this.known.size < 50_000) this.known.set(i, word);
    }
    return word;
  }

  all(): string[] { return Array.from({ length: this.length }, (_, i) => this.at(i)); }
}

export async function words(body: Body, head: WordsHead): Promise<Words> {
  const [shared, sizes, rest] = await Promise.all([body.ints(head.shared), body.ints(head.sizes), body.blob(head.bytes)]);
  const start = new Uint32Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i++) start[i + 1] = start[i] + shared[i] + sizes[i];
  const bytes = new Uint8Array(start[sizes.length]);
  let from = 0;
  for (let i = 0; i < sizes.length; i++) {
    if (shared[i]) bytes.copyWithin(start[i], start[i - 1], start[i - 1] + shared[i]);
    bytes.set(rest.subarray(from, from + sizes[i]), start[i] + shared[i]);
    from += sizes[i];
  }
  return new Words(bytes, start);
}

export interface TextColumn { head: ColumnHead; kind: "text"; words: Words; codes: Ints } // 0 where nothing is known, else 1 + the word's number
export interface NumberColumn { head: ColumnHead; kind: "number" | "date"; values: Float64Array } // NaN where nothing is known; dates are days since 1970
export type Column = TextColumn | NumberColumn;

export async function column(body: Body, head: ColumnHead): Promise<Column> {
  if (head.kind === "text") return { head, kind: "text", words: await words(body, head.words!), codes: await body.raw(head.codes!) };
  const raw = await body.raw(head.values!);
  const values = new Float64Array(raw.length);
  const scale = 10 ** head.digits!;
  for (let i = 0; i < raw.length; i++) values[i] = raw[i] ? (raw[i] - 1 + head.least!) / scale : NaN;
  return { head, kind: head.kind, values };
}

export const day = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

export const figure = (value: number, digits: number): string => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A cell as it is shown; nothing for what is missing. */
export function cell(column: Column, row: number): string {
  if (column.kind === "text") return column.codes[row] ? column.words.at(column.codes[row] - 1) : "";
  const value = column.values[row];
  if (Number.isNaN(value)) return "";
  if (column.kind === "date") return day(value);
  const text = column.head.percent ? `${figure(value * 100, 1)} %` : figure(value, column.head.digits!);
  const unit = column.head.unit ?? "";
  return unit ? `${text} ${unit.startsWith("10") ? "× " : ""}${unit}` : text; // 62.4 × 10⁴ CNY
}

/** Text for a table program: nothing in it can be taken for a formula. */
export const csvCell = (text: string): string => {
  const risky = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/.test(text);
  const safe = risky && !/^-?[\d,]+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
};
