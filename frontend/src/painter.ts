// One canvas over the map: carriers, parcels and names, drawn for the view. Parcels of a few pixels are painted as pixels.

import L from "leaflet";
import type { Data } from "./data.ts";
import { type Frame, type Plane, type Sheet, mercatorX, mercatorY, trace } from "./plane.ts";
import { Pixels, packedColour } from "./raster.ts";
import type { State } from "./state.ts";

const NO_DATA = "#E4E6E8";
const PLAIN = "#8A94A0"; // of parcels under a view of carriers
const MARGIN = 0.15; // of the view, drawn beyond each edge, so that a drag shows no blank
const MANY = 6000; // shapes; above, those below SMOOTH pixels are painted as pixels
const SMOOTH = 16;
const EDGED = 5; // pixels: from here on a parcel painted as pixels has edges
const EDGE = 0.8; // how light they are
const BATCH = 24; // shapes of one path
const FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',system-ui,sans-serif";

export class Painter extends L.Layer {
  drawn = 0;
  lastMs = 0;
  private canvas!: HTMLCanvasElement;
  private readonly pixels = new Pixels();
  private map!: L.Map;
  private frame = 0;
  private readonly again = (): void => this.redraw();
  private place: { centre: L.LatLng; zoom: number; corner: L.Point } | null = null;

  /** `until`: the last supply year this side shows, where two sides are compared. */
  constructor(private readonly data: Data, private readonly state: State, readonly until: () => number | null = () => null) { super(); }

  onAdd(map: L.Map): this {
    this.map = map;
    this.canvas = L.DomUtil.create("canvas", "spatial-canvas leaflet-zoom-animated");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.data.payload.title);
    const pane = map.getPanes().overlayPane;
    pane.insertBefore(this.canvas, pane.firstChild);
    map.on("moveend zoomend resize viewreset", this.redraw, this);
    map.on("move", this.follow, this);
    map.on("zoomanim", this.animate as L.LeafletEventHandlerFn, this);
    this.data.parcels.arrived.add(this.again);
    this.redraw();
    return this;
  }

  onRemove(map: L.Map): this {
    this.data.parcels.arrived.delete(this.again);
    map.off("moveend zoomend resize viewreset", this.redraw, this);
    map.off("move", this.follow, this);
    map.off("zoomanim", this.animate as L.LeafletEventHandlerFn, this);
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
    return this;
  }

  bounds(): L.LatLngBounds {
    const whole = L.latLngBounds([]);
    for (const plane of [this.data.parcels, this.data.carriers]) {
      if (!plane.index) continue;
      {
        const { minX, minY, maxX, maxY } = plane.index;
        const [w, s] = plane.lonLat(minX, minY), [e, n] = plane.lonLat(maxX, maxY);
        whole.extend([s, w]);
        whole.extend([n, e]);
      }
    }
    return whole;
  }

  boundsOf(layer: "parcels" | "carriers", i: number): L.LatLngBounds {
    const plane = this.data[layer];
    const [w, s] = plane.lonLat(plane.box[4 * i], plane.box[4 * i + 1]), [e, n] = plane.lonLat(plane.box[4 * i + 2], plane.box[4 * i + 3]);
    return L.latLngBounds([s, w], [n, e]);
  }

  /** Draw at once, for what cannot wait for the next frame. */
  now(): void {
    cancelAnimationFrame(this.frame);
    this.draw();
  }

  redraw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  /** While the map is dragged: drawn anew where that is quick; else the picture moves along until its margin is used up. */
  private follow(): void {
    const pad = this.map.getSize().multiplyBy(MARGIN);
    const drift = this.map.containerPointToLayerPoint(pad.multiplyBy(-1)).subtract(L.DomUtil.getPosition(this.canvas));
    if (this.lastMs < 40 || Math.abs(drift.x) > 0.8 * pad.x || Math.abs(drift.y) > 0.8 * pad.y) this.redraw();
  }

  private animate(event: L.ZoomAnimEvent): void {
    if (!this.place) return;
    const scale = this.map.getZoomScale(event.zoom, this.place.zoom);
    const corner = (this.map as unknown as { _latLngToNewLayerPoint(at: L.LatLng, zoom: number, centre: L.LatLng): L.Point })._latLngToNewLayerPoint(
      this.map.unproject(this.place.corner, this.place.zoom), event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, corner, scale);
  }

  shows(i: number): boolean {
    const until = this.until();
    if (!this.state.visible[i]) return false;
    if (until === null) return true;
    const years = this.data.columns.get("supply_year");
    return !years || years.kind === "text" || years.values[i] <= until || Number.isNaN(years.values[i]);
  }

  /** The parcel under a position, exactly; the last one drawn where several overlap. */
  pick(at: L.LatLng): number {
    if (!this.state.shown.parcels) return -1;
    const [x, y] = this.data.parcels.steps(at.lng, at.lat);
    const near = this.data.parcels.query(x, y, x, y).filter((i) => this.shows(i) && this.data.parcels.inside(i, x, y));
    return near.length ? near[near.length - 1] : -1;
  }

  pickCarrier(at: L.LatLng): number {
    const [x, y] = this.data.carriers.steps(at.lng, at.lat);
    const near = this.data.carriers.query(x, y, x, y).filter((i) => this.data.carriers.inside(i, x, y));
    return near.length ? near[near.length - 1] : -1;
  }

  private setup(ratio: number): Frame {
    const { map, canvas, data } = this;
    const size = map.getSize();
    const pad = size.multiplyBy(MARGIN).floor();
    const width = size.x + 2 * pad.x, height = size.y + 2 * pad.y;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const corner = map.containerPointToLatLng(L.point(-pad.x, -pad.y));
    const opposite = map.containerPointToLatLng(L.point(size.x + pad.x, size.y + pad.y));
    L.DomUtil.setTransform(canvas, map.containerPointToLayerPoint(L.point(-pad.x, -pad.y)), 1);
    this.place = { centre: map.getCenter(), zoom: map.getZoom(), corner: map.project(corner, map.getZoom()) };
    const world = 2 ** map.getZoom();
    const { origin, step } = data.payload;
    const [west, south] = data.parcels.steps(corner.lng, opposite.lat), [east, north] = data.parcels.steps(opposite.lng, corner.lat);
    return { scale: (step / 360) * 256 * world, left: mercatorX(origin[0]) * world - this.place.corner.x, top: mercatorY(origin[1]) * world - this.place.corner.y, width, height, west, south, east, north,
      zoom: map.getZoom(), cornerX: this.place.corner.x, cornerY: this.place.corner.y };
  }

  private draw(): void {
    const began = performance.now();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const frame = this.setup(ratio);
    const context = this.canvas.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, frame.width, frame.height);
    const { carriers, parcels } = this.data;
    const view = this.state.view;
    const zones = carriers.query(frame.west, frame.south, frame.east, frame.north);
    if (this.state.shown.graticule && this.data.payload.coordinates) this.graticule(context, frame);
    if (this.state.shown.carriers) this.fillCarriers(context, frame, zones);
    this.drawn = 0;
    if (this.state.shown.parcels) this.fillParcels(context, frame, ratio, view?.scope === "carrier" ? 0.14 : 0.9);
    if (this.state.shown.carriers) {
      for (const [width, colour] of [[3.6, "rgba(255,255,255,.8)"], [1.5, "#22384f"]] as const) {
        context.beginPath();
        for (const i of zones) trace(context, carriers.outline, i, frame);
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.lineJoin = "round";
        context.stroke();
      }
    }
    this.outline(context, frame, parcels);
    if (this.state.shown.carriers && this.state.shown.names) this.names(context, frame, zones);
    this.lastMs = performance.now() - began;
  }

  private fillCarriers(context: CanvasRenderingContext2D, frame: Frame, zones: Uint32Array): void {
    const { view } = this.state;
    for (const i of zones) {
      const value = view?.scope === "carrier" ? view.values![i] : null;
      let colour = "rgba(226,232,238,.35)";
      if (view?.scope === "carrier") {
        let grade = 0;
        while (value !== null && grade < view.breaks!.length && value >= view.breaks![grade]) grade++;
        colour = value === null ? NO_DATA : view.colours[grade];
      }
      context.beginPath();
      trace(context, this.data.carriers.outline, i, frame);
      context.fillStyle = colour;
      context.fill("evenodd");
    }
  }

  /** What is drawn of the parcels in sight: the small ones at once as pixels, the rest sheet by sheet. */
  private fillParcels(context: CanvasRenderingContext2D, frame: Frame, ratio: number, alpha: number): void {
    const { state, pixels, data: { parcels } } = this;
    const { box, low, high, small } = parcels;
    const seen = parcels.query(frame.west, frame.south, frame.east, frame.north);
    const colours = state.view?.scope === "parcel" ? state.view.colours : [];
    const colourOf = (grade: number): string => colours[grade] ?? (state.view?.scope === "carrier" ? PLAIN : NO_DATA);
    const table = Uint32Array.from({ length: 256 }, (_, grade) => packedColour(colourOf(grade), alpha));
    const edges = Uint32Array.from({ length: 256 }, (_, grade) => packedColour(colourOf(grade), alpha, EDGE));
    const { left, top, scale } = frame;
    const tiny = small / scale, coarse = SMOOTH / ratio / scale, fine = EDGED / ratio / scale;
    pixels.clear(Math.round(frame.width * ratio), Math.round(frame.height * ratio));
    const { visible, classes } = state;
    const plain = this.until() === null;
    const rest = new Uint32Array(seen.length);
    let many = 0;
    for (let k = 0; k < seen.length; k++) {
      const i = seen[k];
      if (!visible[i] || (!plain && !this.shows(i)) || parcels.empty(i)) continue;
      this.drawn++;
      if (box[4 * i + 2] - box[4 * i] < tiny && box[4 * i + 3] - box[4 * i + 1] < tiny) {
        pixels.box((left + box[4 * i] * scale) * ratio, (top - high[i] * scale) * ratio, (left + box[4 * i + 2] * scale) * ratio, (top - low[i] * scale) * ratio, table[classes[i]]);
      } else rest[many++] = i;
    }
    const crowded = many > MANY;
    const smooth: { sheet: Sheet; grades: Map<number, number[]> }[] = [];
    for (const sheet of parcels.sheets(frame, rest.subarray(0, many))) {
      const { ids, slots, outline, at } = sheet;
      const onPixels = { left: at.left * ratio, top: at.top * ratio, scale: at.scale * ratio };
      const grades = new Map<number, number[]>();
      for (let k = 0; k < ids.length; k++) {
        const i = ids[k];
        const wide = box[4 * i + 2] - box[4 * i], tall = box[4 * i + 3] - box[4 * i + 1];
        if (sheet.clip && (!visible[i] || (!plain && !this.shows(i)) || (wide < tiny && tall < tiny))) continue;
        if (crowded && wide < coarse && tall < coarse) { const grade = classes[i]; pixels.polygon(outline, slots[k], onPixels, table[grade], wide > fine && tall > fine ? edges[grade] : table[grade]); continue; }
        const list = grades.get(classes[i]);
        if (list) list.push(slots[k]);
        else grades.set(classes[i], [slots[k]]);
      }
      smooth.push({ sheet, grades });
    }
    pixels.onto(context);
    const lines = !crowded && frame.scale > 0.006;
    context.lineWidth = 0.6;
    context.strokeStyle = "rgba(38,50,62,.32)";
    for (const { sheet, grades } of smooth) {
      this.clipped(context, sheet, () => {
        for (const [grade, list] of [...grades].sort((a, b) => a[0] - b[0])) {
          context.fillStyle = colourOf(grade);
          for (let from = 0; from < list.length; from += BATCH) {
            context.beginPath();
            for (let k = from; k < Math.min(from + BATCH, list.length); k++) trace(context, sheet.outline, list[k], sheet.at);
            context.globalAlpha = alpha;
            context.fill("nonzero");
            context.globalAlpha = 1;
            if (lines) context.stroke();
          }
        }
      });
    }
  }

  /** Draws within what a sheet may paint. */
  private clipped(context: CanvasRenderingContext2D, { clip }: Sheet, draw: () => void): void {
    if (!clip) { draw(); return; }
    context.save();
    context.beginPath();
    context.rect(...clip);
    context.clip();
    draw();
    context.restore();
  }

  /** Fills and strokes some parcels over the others. */
  private over(context: CanvasRenderingContext2D, frame: Frame, parcels: Plane, wanted: ArrayLike<number>, draw: (many: number) => void): void {
    const set = new Set(Array.from(wanted));
    for (const sheet of parcels.sheets(frame, wanted)) {
      this.clipped(context, sheet, () => {
        context.beginPath();
        let many = 0;
        for (let k = 0; k < sheet.ids.length; k++) if (set.has(sheet.ids[k])) { many++; trace(context, sheet.outline, sheet.slots[k], sheet.at); }
        if (many) draw(many);
      });
    }
  }

  private outline(context: CanvasRenderingContext2D, frame: Frame, parcels: Plane): void {
    const { state } = this;
    if (state.selection.length) {
      const { box } = parcels;
      const near = state.selection.filter((i) => !(box[4 * i + 2] < frame.west || box[4 * i] > frame.east || box[4 * i + 3] < frame.south || box[4 * i + 1] > frame.north)).slice(0, 20_000);
      this.over(context, frame, parcels, near, (many) => {
        context.fillStyle = "rgba(0,92,230,.18)";
        context.fill("nonzero");
        if (many < 8000) { context.lineWidth = 1.2; context.strokeStyle = "#005CE6"; context.stroke(); }
      });
    }
    for (const [i, colour, width] of [[state.hovered, "#1c2733", 1.6], [state.opened, "#fff", 5], [state.opened, "#C2185B", 2.6]] as const) {
      if (i < 0) continue;
      this.over(context, frame, parcels, [i], () => {
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.stroke();
      });
    }
  }

  private names(context: CanvasRenderingContext2D, frame: Frame, zones: Uint32Array): void {
    const { carriers, payload } = this.data;
    context.font = `600 12.5px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const taken: [number, number, number, number][] = [];
    const margin = (frame.width - this.map.getSize().x) / 2;
    const { box } = carriers;
    const size = (i: number): number => (box[4 * i + 2] - box[4 * i]) * (box[4 * i + 3] - box[4 * i + 1]);
    for (const i of [...zones].sort((a, b) => size(b) - size(a))) {
      if (carriers.empty(i)) continue;
      const [mx, my] = carriers.middle(i);
      const inside = frame.left + mx * frame.scale, y = frame.top - carriers.upOf(my) * frame.scale;
      const name = payload.carriers.names[i].slice(0, 40);
      const half = context.measureText(name).width / 2 + 4;
      const seen = inside > margin && inside < frame.width - margin && 2 * half < frame.width - 2 * margin; // no name is cut by the edge of the window
      const x = seen ? Math.min(Math.max(inside, margin + half), frame.width - margin - half) : inside;
      const spot: [number, number, number, number] = [x - half, y - 10, x + half, y + 10];
      if (taken.some((other) => spot[0] < other[2] && spot[2] > other[0] && spot[1] < other[3] && spot[3] > other[1])) continue;
      taken.push(spot);
      context.lineWidth = 3.5;
      context.strokeStyle = "rgba(255,255,255,.92)";
      context.strokeText(name, x, y);
      context.fillStyle = "#14293d";
      context.fillText(name, x, y);
    }
  }

  private graticule(context: CanvasRenderingContext2D, frame: Frame): void {
    const { parcels } = this.data;
    const [west, south] = parcels.lonLat(frame.west, frame.south), [east, north] = parcels.lonLat(frame.east, frame.north);
    const step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10].find((value) => (east - west) / value <= 10) ?? 30;
    const world = 2 ** this.map.getZoom();
    context.lineWidth = 1;
    context.strokeStyle = "rgba(90,110,130,.25)";
    context.beginPath();
    for (let k = Math.ceil(west / step); k * step <= east; k++) { const x = mercatorX(k * step) * world - this.place!.corner.x; context.moveTo(x, 0); context.lineTo(x, frame.height); }
    for (let k = Math.ceil(south / step); k * step <= north; k++) { const y = mercatorY(k * step) * world - this.place!.corner.y; context.moveTo(0, y); context.lineTo(frame.width, y); }
    context.stroke();
  }
}
