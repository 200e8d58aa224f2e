// What Python packs and the browser unpacks: geometry as quantised, delta-coded varints; attributes as columns.

export interface TextColumn { name: string; label: string; kind: "text"; words: string[]; codes: number[] }
export interface NumberColumn { name: string; label: string; kind: "number"; values: (number | null)[]; digits: number; unit: string }
export type Column = TextColumn | NumberColumn;

/** Rings of all shapes as one array of integer positions. */
export interface Shapes {
  count: number;
  xy: Int32Array; // x, y of every vertex, in steps from the origin
  ring: Uint32Array; // first vertex of each ring, and one past the last
  shape: Uint32Array; // first ring of each shape, and one past the last
}

export function unpackShapes(bytes: Uint8Array): Shapes {
  let at = 0;
  const next = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  const signed = (): number => {
    const value = next();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  const count = next();
  const rings = next();
  const points = next();
  const xy = new Int32Array(points * 2);
  const ring = new Uint32Array(rings + 1);
  const shape = new Uint32Array(count + 1);
  for (let s = 0; s < count; s++) shape[s + 1] = shape[s] + next();
  for (let r = 0; r < rings; r++) ring[r + 1] = ring[r] + next();
  let x = 0;
  let y = 0;
  for (let p = 0; p < points; p++) {
    x += signed();
    y += signed();
    xy[2 * p] = x;
    xy[2 * p + 1] = y;
  }
  return { count, xy, ring, shape };
}

/** Whether a position lies in a shape, by the even-odd rule over all its rings. */
export function inside(shapes: Shapes, s: number, x: number, y: number): boolean {
  let odd = false;
  for (let r = shapes.shape[s]; r < shapes.shape[s + 1]; r++) {
    const first = shapes.ring[r];
    const last = shapes.ring[r + 1] - 1;
    for (let i = first, j = last; i <= last; j = i++) {
      const xi = shapes.xy[2 * i], yi = shapes.xy[2 * i + 1], xj = shapes.xy[2 * j], yj = shapes.xy[2 * j + 1];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
  }
  return odd;
}

/** Boxes of all shapes: west, south, east, north, four numbers a shape. */
export function boxes(shapes: Shapes): Int32Array {
  const box = new Int32Array(shapes.count * 4);
  for (let s = 0; s < shapes.count; s++) {
    let w = 2147483647, t = 2147483647, e = -2147483648, n = -2147483648;
    for (let p = shapes.ring[shapes.shape[s]]; p < shapes.ring[shapes.shape[s + 1]]; p++) {
      const x = shapes.xy[2 * p], y = shapes.xy[2 * p + 1];
      if (x < w) w = x;
      if (x > e) e = x;
      if (y < t) t = y;
      if (y > n) n = y;
    }
    box.set([w, t, e, n], 4 * s);
  }
  return box;
}

/** A grid over boxes: which shapes may touch a rectangle. */
export class Grid {
  private readonly cells: Int32Array[] = [];
  private readonly side: number;
  private readonly width: number;
  private readonly height: number;
  private readonly west: number;
  private readonly south: number;
  private readonly dx: number;
  private readonly dy: number;

  constructor(private readonly box: Int32Array) {
    const count = box.length / 4;
    let w = Infinity, s = Infinity, e = -Infinity, n = -Infinity;
    for (let i = 0; i < count; i++) {
      if (box[4 * i] > box[4 * i + 2]) continue;
      w = Math.min(w, box[4 * i]);
      s = Math.min(s, box[4 * i + 1]);
      e = Math.max(e, box[4 * i + 2]);
      n = Math.max(n, box[4 * i + 3]);
    }
    this.side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(count / 4))));
    this.west = w;
    this.south = s;
    this.width = Math.max(1, e - w);
    this.height = Math.max(1, n - s);
    this.dx = this.side / this.width;
    this.dy = this.side / this.height;
    const lists: number[][] = Array.from({ length: this.side * this.side }, () => []);
    for (let i = 0; i < count; i++) {
      if (box[4 * i] > box[4 * i + 2]) continue;
      this.each(box[4 * i], box[4 * i + 1], box[4 * i + 2], box[4 * i + 3], (cell) => lists[cell].push(i));
    }
    this.cells = lists.map((list) => Int32Array.from(list));
  }

  private each(w: number, s: number, e: number, n: number, visit: (cell: number) => void): void {
    const clamp = (value: number): number => Math.max(0, Math.min(this.side - 1, value));
    const x0 = clamp(Math.floor((w - this.west) * this.dx)), x1 = clamp(Math.floor((e - this.west) * this.dx));
    const y0 = clamp(Math.floor((s - this.south) * this.dy)), y1 = clamp(Math.floor((n - this.south) * this.dy));
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) visit(y * this.side + x);
  }

  /** Shapes whose boxes meet the rectangle, in order. */
  query(w: number, s: number, e: number, n: number): number[] {
    if (e < this.west || n < this.south || w > this.west + this.width || s > this.south + this.height) return [];
    const seen = new Set<number>();
    const { box } = this;
    this.each(w, s, e, n, (cell) => {
      for (const i of this.cells[cell]) {
        if (box[4 * i] <= e && box[4 * i + 2] >= w && box[4 * i + 1] <= n && box[4 * i + 3] >= s) seen.add(i);
      }
    });
    return [...seen].sort((a, b) => a - b);
  }
}

export function cell(column: Column, row: number): string {
  if (column.kind === "text") return column.words[column.codes[row]] ?? "";
  const value = column.values[row];
  if (value === null || value === undefined) return "";
  const text = value.toLocaleString("en-US", { minimumFractionDigits: column.digits, maximumFractionDigits: column.digits });
  return column.unit ? `${text} ${column.unit}` : text;
}
