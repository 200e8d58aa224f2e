// One canvas over the map: carriers, parcels, graticule and names, drawn for the view and picked exactly.

import L from "leaflet";
import type { Payload } from "./contract.ts";
import { Grid, type Shapes, boxes, inside } from "./decode.ts";

const WORLD = 256;
const mercatorX = (lon: number): number => ((lon + 180) / 360) * WORLD;
const mercatorY = (lat: number): number => {
  const sin = Math.sin((lat * Math.PI) / 180);
  return (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * WORLD;
};

interface Plane { xy: Float64Array; box: Int32Array; grid: Grid; shapes: Shapes }

const plane = (shapes: Shapes, payload: Payload): Plane => {
  const xy = new Float64Array(shapes.xy.length);
  for (let i = 0; i < xy.length; i += 2) {
    xy[i] = mercatorX(payload.origin[0] + shapes.xy[i] * payload.step);
    xy[i + 1] = mercatorY(payload.origin[1] + shapes.xy[i + 1] * payload.step);
  }
  const box = boxes(shapes);
  return { xy, box, grid: new Grid(box), shapes };
};

export interface Shown { parcels: boolean; carriers: boolean; names: boolean; graticule: boolean }

export class ParcelCanvas extends L.Layer {
  shown: Shown = { parcels: true, carriers: true, names: true, graticule: true };
  theme = 0;
  emphasis: "status" | "indicator" = "status"; // what the colours tell first: the parcels' status, or the carriers' indicator
  hidden = new Set<number>();
  selected = -1;
  hovered = -1;
  drawn = 0;
  private readonly parcels: Plane;
  private readonly carriers: Plane;
  private canvas!: HTMLCanvasElement;
  private map!: L.Map;
  private frame = 0;

  constructor(private readonly payload: Payload, parcels: Shapes, carriers: Shapes) {
    super();
    this.parcels = plane(parcels, payload);
    this.carriers = plane(carriers, payload);
  }

  bounds(): L.LatLngBounds {
    const whole = L.latLngBounds([]);
    for (const { box, shapes } of [this.parcels, this.carriers]) {
      for (let i = 0; i < shapes.count; i++) {
        if (box[4 * i] > box[4 * i + 2]) continue;
        whole.extend(this.position(box[4 * i], box[4 * i + 1]));
        whole.extend(this.position(box[4 * i + 2], box[4 * i + 3]));
      }
    }
    return whole;
  }

  boundsOf(layer: "parcels" | "carriers", i: number): L.LatLngBounds {
    const { box } = this[layer];
    return L.latLngBounds(this.position(box[4 * i], box[4 * i + 1]), this.position(box[4 * i + 2], box[4 * i + 3]));
  }

  private position(x: number, y: number): L.LatLng {
    return L.latLng(this.payload.origin[1] + y * this.payload.step, this.payload.origin[0] + x * this.payload.step);
  }

  onAdd(map: L.Map): this {
    this.map = map;
    this.canvas = L.DomUtil.create("canvas", "spatial-canvas leaflet-zoom-hide");
    this.canvas.setAttribute("aria-hidden", "true");
    map.getPanes().overlayPane.insertBefore(this.canvas, map.getPanes().overlayPane.firstChild);
    map.on("moveend zoomend resize viewreset", this.redraw, this);
    this.redraw();
    return this;
  }

  onRemove(map: L.Map): this {
    map.off("moveend zoomend resize viewreset", this.redraw, this);
    this.canvas.remove();
    return this;
  }

  redraw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  /** The parcel under a position, exactly; the last one drawn where several overlap. */
  pick(at: L.LatLng): number {
    return this.shown.parcels ? this.hit(this.parcels, at, (i) => !this.hidden.has(this.payload.status[i])) : -1;
  }

  pickCarrier(at: L.LatLng): number {
    return this.shown.carriers ? this.hit(this.carriers, at, () => true) : -1;
  }

  private hit(where: Plane, at: L.LatLng, visible: (i: number) => boolean): number {
    const x = (at.lng - this.payload.origin[0]) / this.payload.step;
    const y = (at.lat - this.payload.origin[1]) / this.payload.step;
    const near = where.grid.query(x, y, x, y).filter((i) => visible(i) && inside(where.shapes, i, x, y));
    return near.length ? near[near.length - 1] : -1;
  }

  private draw(): void {
    const { map, canvas, payload } = this;
    const size = map.getSize();
    const ratio = window.devicePixelRatio || 1;
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    const context = canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    context.clearRect(0, 0, size.x, size.y);
    const scale = 2 ** map.getZoom();
    const corner = map.project(map.containerPointToLatLng([0, 0]), map.getZoom());
    const path = (where: Plane, i: number): void => {
      const { shapes, xy } = where;
      for (let r = shapes.shape[i]; r < shapes.shape[i + 1]; r++) {
        for (let p = shapes.ring[r]; p < shapes.ring[r + 1]; p++) {
          const px = xy[2 * p] * scale - corner.x, py = xy[2 * p + 1] * scale - corner.y;
          if (p === shapes.ring[r]) context.moveTo(px, py);
          else context.lineTo(px, py);
        }
        context.closePath();
      }
    };
    const view = map.getBounds();
    const inView = (where: Plane): number[] => where.grid.query(
      (view.getWest() - payload.origin[0]) / payload.step, (view.getSouth() - payload.origin[1]) / payload.step,
      (view.getEast() - payload.origin[0]) / payload.step, (view.getNorth() - payload.origin[1]) / payload.step);
    const carriersSeen = inView(this.carriers);
    if (this.shown.graticule) this.graticule(context, size, view);
    if (this.shown.carriers) this.fillCarriers(context, carriersSeen, path);
    this.drawn = 0;
    if (this.shown.parcels) this.fillParcels(context, inView(this.parcels), path, scale);
    if (this.shown.carriers) {
      for (const [width, colour] of [[4, "rgba(255,255,255,.85)"], [1.6, "#1b3a57"]] as const) {
        context.beginPath();
        for (const i of carriersSeen) path(this.carriers, i);
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.stroke();
      }
    }
    for (const [i, colour, width] of [[this.hovered, "#111", 1.5], [this.selected, "#d6006c", 3]] as const) {
      if (i < 0) continue;
      context.beginPath();
      path(this.parcels, i);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
    if (this.shown.carriers && this.shown.names) this.names(context, carriersSeen, scale, corner);
  }

  private fillCarriers(context: CanvasRenderingContext2D, seen: number[], path: (where: Plane, i: number) => void): void {
    const theme = this.payload.carriers.themes[this.theme];
    for (const i of seen) {
      const grade = theme ? theme.classes[i] : null;
      context.beginPath();
      path(this.carriers, i);
      context.fillStyle = grade === null || grade === undefined ? "#f1f1ee" : theme.grades[grade].colour;
      context.globalAlpha = 0.9;
      context.fill("evenodd");
      context.globalAlpha = 1;
    }
  }

  private fillParcels(context: CanvasRenderingContext2D, seen: number[], path: (where: Plane, i: number) => void, scale: number): void {
    const { status, categories, step } = this.payload;
    const groups = new Map<number, number[]>();
    for (const i of seen) {
      if (this.hidden.has(status[i])) continue;
      this.drawn++;
      const list = groups.get(status[i]);
      if (list) list.push(i);
      else groups.set(status[i], [i]);
    }
    const pixel = 1 / (((step * WORLD) / 360) * scale); // steps a pixel
    for (const [code, list] of [...groups].sort((a, b) => a[0] - b[0])) {
      context.fillStyle = categories[code]?.colour ?? "#d9d9d9";
      context.strokeStyle = "rgba(40,50,60,.28)";
      context.lineWidth = 0.5;
      context.beginPath();
      for (const i of list) {
        const { box, xy, shapes } = this.parcels;
        if (box[4 * i + 2] - box[4 * i] < pixel && box[4 * i + 3] - box[4 * i + 1] < pixel) {
          const p = shapes.ring[shapes.shape[i]];
          const corner = this.map.project(this.map.containerPointToLatLng([0, 0]), this.map.getZoom());
          context.rect(xy[2 * p] * scale - corner.x, xy[2 * p + 1] * scale - corner.y, 1, 1);
        } else path(this.parcels, i);
      }
      context.globalAlpha = this.alpha(categories[code]?.code ?? "");
      context.fill("evenodd");
      context.globalAlpha = 1;
      if (scale > 2 ** 12.5) context.stroke();
    }
  }

  /** Idle land stands out in both views; the rest steps back where the carriers' shades are to be read. */
  private alpha(status: string): number {
    if (status.includes("idle")) return 0.95;
    if (this.emphasis === "indicator") return 0.1;
    return status === "not_supplied" ? 0.45 : 0.88;
  }

  private names(context: CanvasRenderingContext2D, seen: number[], scale: number, corner: L.Point): void {
    context.font = "600 13px 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const taken: [number, number, number, number][] = [];
    const { box } = this.carriers;
    const size = (i: number): number => (box[4 * i + 2] - box[4 * i]) * (box[4 * i + 3] - box[4 * i + 1]);
    for (const i of [...seen].sort((a, b) => size(b) - size(a))) {
      const west = mercatorX(this.payload.origin[0] + box[4 * i] * this.payload.step), east = mercatorX(this.payload.origin[0] + box[4 * i + 2] * this.payload.step);
      const south = mercatorY(this.payload.origin[1] + box[4 * i + 1] * this.payload.step), north = mercatorY(this.payload.origin[1] + box[4 * i + 3] * this.payload.step);
      const x = ((west + east) / 2) * scale - corner.x, y = ((south + north) / 2) * scale - corner.y;
      const name = this.payload.carriers.names[i];
      const half = context.measureText(name).width / 2 + 3;
      const spot: [number, number, number, number] = [x - half, y - 10, x + half, y + 10];
      if (taken.some((other) => spot[0] < other[2] && spot[2] > other[0] && spot[1] < other[3] && spot[3] > other[1])) continue;
      taken.push(spot);
      context.lineWidth = 3.5;
      context.strokeStyle = "rgba(255,255,255,.95)";
      context.strokeText(name, x, y);
      context.fillStyle = "#14293d";
      context.fillText(name, x, y);
    }
  }

  private graticule(context: CanvasRenderingContext2D, size: L.Point, view: L.LatLngBounds): void {
    const span = view.getEast() - view.getWest();
    const step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10].find((value) => span / value <= 8) ?? 30;
    const digits = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0;
    context.lineWidth = 1;
    context.strokeStyle = "rgba(90,110,130,.18)";
    context.fillStyle = "rgba(70,85,100,.75)";
    context.font = "11px system-ui,sans-serif";
    context.beginPath();
    for (let k = Math.ceil(view.getWest() / step); k * step <= view.getEast(); k++) {
      const x = this.map.latLngToContainerPoint([view.getSouth(), k * step]).x;
      context.moveTo(x, 0);
      context.lineTo(x, size.y);
      if (this.payload.coordinates) context.fillText(`${(k * step).toFixed(digits)}°`, x + 3, size.y - 26);
    }
    for (let k = Math.ceil(view.getSouth() / step); k * step <= view.getNorth(); k++) {
      const y = this.map.latLngToContainerPoint([k * step, view.getWest()]).y;
      context.moveTo(0, y);
      context.lineTo(size.x, y);
      if (this.payload.coordinates) context.fillText(`${(k * step).toFixed(digits)}°`, 4, y - 3);
    }
    context.stroke();
  }
}
