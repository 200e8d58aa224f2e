// Parcels of a few pixels painted as pixels: boxes, and polygons line by line; a hundred thousand of them take less time than a few thousand paths.

import type { Affine, Outline } from "./plane.ts";

/** A colour as the bytes r g b a lie in memory; `light`: below 1, darker. */
export const packedColour = (hex: string, alpha: number, light = 1): number => {
  const full = parseInt(hex.slice(1), 16);
  const value = [16, 8, 0].reduce((all, shift) => all | (Math.round(((full >> shift) & 255) * light) << shift), 0);
  return ((Math.round(alpha * 255) << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
};

export class Pixels {
  private image: ImageData | null = null;
  private data = new Uint32Array(0);
  private used = false;
  private readonly canvas = document.createElement("canvas");
  private xs = new Float64Array(64);

  /** A clean sheet; one of the same size is used again. */
  clear(width: number, height: number): void {
    if (this.image?.width !== width || this.image.height !== height) {
      this.image = new ImageData(width, height);
      this.data = new Uint32Array(this.image.data.buffer);
    } else if (this.used) this.data.fill(0);
    this.used = false;
  }

  box(left: number, top: number, right: number, bottom: number, colour: number): void {
    const { width, height } = this.image!;
    let x0 = Math.round(left), x1 = Math.round(right), y0 = Math.round(top), y1 = Math.round(bottom);
    if (x1 <= x0) x1 = x0 + 1;
    if (y1 <= y0) y1 = y0 + 1;
    if (x0 < 0) x0 = 0;
    if (y0 < 0) y0 = 0;
    if (x1 > width) x1 = width;
    if (y1 > height) y1 = height;
    for (let y = y0; y < y1; y++) for (let at = y * width + x0, end = y * width + x1; at < end; at++) this.data[at] = colour;
    this.used = true;
  }

  /** A polygon by the even-odd rule at the middles of pixels, its upper and left pixels in the colour of edges; one that meets none of them is one pixel. */
  polygon({ x, up, corner, ring, shape }: Outline, slot: number, { left, top, scale }: Affine, colour: number, edge = colour): void {
    const { width, height } = this.image!;
    let low = Infinity, high = -Infinity;
    for (let p = ring[shape[slot]], end = ring[shape[slot + 1]]; p < end; p++) {
      const at = top - up[corner[p]] * scale;
      if (at < low) low = at;
      if (at > high) high = at;
    }
    let painted = false;
    const first = Math.max(0, Math.ceil(low - 0.5)), last = Math.min(height - 1, Math.floor(high - 0.5));
    for (let line = first; line <= last; line++) {
      const level = (top - line - 0.5) / scale;
      let many = 0;
      for (let r = shape[slot]; r < shape[slot + 1]; r++) {
        const begin = ring[r], end = ring[r + 1];
        if (begin === end) continue;
        let before = corner[end - 1];
        for (let p = begin; p < end; p++) {
          const now = corner[p];
          const a = up[before], b = up[now];
          if (a > level !== b > level) {
            if (many === this.xs.length) { const more = new Float64Array(2 * many); more.set(this.xs); this.xs = more; }
            let cut = left + (x[before] + ((x[now] - x[before]) * (level - a)) / (b - a)) * scale, k = many++;
            for (; k > 0 && this.xs[k - 1] > cut; k--) this.xs[k] = this.xs[k - 1];
            this.xs[k] = cut;
          }
          before = now;
        }
      }
      for (let k = 0; k + 1 < many; k += 2) {
        const from = Math.max(0, Math.ceil(this.xs[k] - 0.5)), to = Math.min(width, Math.ceil(this.xs[k + 1] - 0.5));
        if (to <= from) continue;
        this.data.fill(line === first ? edge : colour, line * width + from, line * width + to);
        this.data[line * width + from] = edge;
        painted = true;
      }
    }
    this.used = true;
    if (!painted) {
      const at = corner[ring[shape[slot]]];
      this.box(left + x[at] * scale, top - up[at] * scale, left + x[at] * scale, top - up[at] * scale, colour);
    }
  }

  /** Lay the pixels on a canvas, if there are any. */
  onto(context: CanvasRenderingContext2D): void {
    if (!this.used || !this.image) return;
    if (this.canvas.width !== this.image.width || this.canvas.height !== this.image.height) {
      this.canvas.width = this.image.width;
      this.canvas.height = this.image.height;
    }
    this.canvas.getContext("2d")!.putImageData(this.image, 0, 0);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.canvas, 0, 0);
    context.restore();
  }
}
