// Basemaps: tiles from the addresses a study names, embedded tiles, and GCJ-02 tiles laid where they belong.

import L from "leaflet";
import type { Basemap } from "./contract.ts";
import type { Body } from "./codec.ts";
import { patches } from "./geodesy.ts";

const TILE = 256;
const address = (url: string, basemap: Basemap, key: string, z: number, x: number, y: number): string => {
  const servers = basemap.servers || " ";
  const row = basemap.tms ? 2 ** z - 1 - y : y;
  return url.replace("{s}", servers[(x + y) % servers.length].trim()).replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(row)).replace("{key}", encodeURIComponent(key));
};

/** Tiles cut and laid anew so that a GCJ-02 map lines up with CGCS2000 data. */
class ShiftedTiles extends L.GridLayer {
  constructor(private readonly basemap: Basemap, private readonly url: string, options: L.GridLayerOptions) { super(options); }

  protected createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = TILE;
    const context = canvas.getContext("2d")!;
    const laid = patches(coords.z, coords.x, coords.y);
    const left = Math.floor(Math.min(...laid.map((p) => p.sx)) / TILE), right = Math.floor(Math.max(...laid.map((p) => p.sx + p.swidth)) / TILE);
    const top = Math.floor(Math.min(...laid.map((p) => p.sy)) / TILE), bottom = Math.floor(Math.max(...laid.map((p) => p.sy + p.sheight)) / TILE);
    const mosaic = document.createElement("canvas");
    mosaic.width = (right - left + 1) * TILE;
    mosaic.height = (bottom - top + 1) * TILE;
    const onto = mosaic.getContext("2d")!;
    let waiting = (right - left + 1) * (bottom - top + 1), failed = 0;
    const settle = (): void => {
      if (--waiting) return;
      for (const p of laid) context.drawImage(mosaic, p.sx - left * TILE, p.sy - top * TILE, p.swidth, p.sheight, p.x, p.y, p.width, p.height);
      done(failed ? new Error("tile") : undefined, canvas);
    };
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) {
      const image = new Image();
      image.onload = () => { onto.drawImage(image, (x - left) * TILE, (y - top) * TILE, TILE, TILE); settle(); };
      image.onerror = () => { failed++; settle(); };
      image.src = address(this.url, this.basemap, "", coords.z, x, y);
    }
    return canvas;
  }
}

/** Tiles that travel in the page. */
class HeldTiles extends L.GridLayer {
  constructor(private readonly basemap: Basemap, private readonly body: Body, options: L.GridLayerOptions) { super(options); }

  protected createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const image = document.createElement("img");
    image.alt = "";
    const ref = this.basemap.tiles![`${coords.z}/${coords.x}/${coords.y}`];
    if (!ref) { setTimeout(() => done(undefined, image)); return image; }
    void this.body.blob(ref).then((bytes) => {
      image.onload = () => { URL.revokeObjectURL(image.src); done(undefined, image); };
      image.onerror = () => done(new Error("tile"), image);
      image.src = URL.createObjectURL(new Blob([bytes as BlobPart], { type: this.basemap.type }));
    });
    return image;
  }
}

export function basemapLayer(basemap: Basemap, body: Body, key: string): L.LayerGroup {
  const options: L.GridLayerOptions & L.TileLayerOptions = { maxZoom: 22, maxNativeZoom: basemap.deepest, attribution: undefined, className: "basemap" };
  if (basemap.tiles) return L.layerGroup([new HeldTiles(basemap, body, options)]);
  return L.layerGroup(basemap.urls.map((url) => {
    if (basemap.datum === "GCJ-02") return new ShiftedTiles(basemap, url, options);
    const layer = L.tileLayer("", options);
    layer.getTileUrl = (coords: L.Coords) => address(url, basemap, key, (layer as unknown as { _getZoomForUrl(): number })._getZoomForUrl(), coords.x, coords.y);
    return layer;
  }));
}
