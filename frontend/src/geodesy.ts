// Lengths, areas and grid coordinates on the CGCS2000 ellipsoid; the shift of GCJ-02 tiles.

import geodesic from "geographiclib-geodesic";

const A = 6378137, F = 1 / 298.257222101; // CGCS2000
const ground = new geodesic.Geodesic.Geodesic(A, F);

export type LonLat = [lon: number, lat: number];

/** Geodesic length of a line, m. */
export function length(line: LonLat[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) sum += ground.Inverse(line[i - 1][1], line[i - 1][0], line[i][1], line[i][0]).s12 ?? 0;
  return sum;
}

/** Area (m²) and perimeter (m) of a ring. */
export function ringArea(ring: LonLat[]): { area: number; perimeter: number } {
  const polygon = ground.Polygon(false);
  for (const [lon, lat] of ring) polygon.AddPoint(lat, lon);
  const { area, perimeter } = polygon.Compute(false, true);
  return { area: Math.abs(area ?? 0), perimeter };
}

/** Gauss-Krüger easting and northing (Krüger's series to the sixth order of n), m. */
export function project([lon, lat]: LonLat, meridian: number, easting: number): [number, number] {
  const n = F / (2 - F), n2 = n * n, n3 = n2 * n, n4 = n3 * n;
  const radius = (A / (1 + n)) * (1 + n2 / 4 + n4 / 64);
  const alpha = [n / 2 - (2 * n2) / 3 + (5 * n3) / 16 + (41 * n4) / 180, (13 * n2) / 48 - (3 * n3) / 5 + (557 * n4) / 1440, (61 * n3) / 240 - (103 * n4) / 140, (49561 * n4) / 161280];
  const phi = (lat * Math.PI) / 180, away = ((lon - meridian) * Math.PI) / 180;
  const k = (2 * Math.sqrt(n)) / (1 + n), sin = Math.sin(phi);
  const t = Math.sinh(Math.atanh(sin) - k * Math.atanh(k * sin));
  const xi = Math.atan2(t, Math.cos(away)), eta = Math.atanh(Math.sin(away) / Math.hypot(1, t));
  let x = eta, y = xi;
  alpha.forEach((a, j) => { const m = 2 * (j + 1); x += a * Math.cos(m * xi) * Math.sinh(m * eta); y += a * Math.sin(m * xi) * Math.cosh(m * eta); });
  return [easting + radius * x, radius * y];
}

/** Longitude and latitude as GCJ-02 maps draw them; the formula of spatial/normalise/web_datum.py. */
export function toGcj02([lon, lat]: LonLat): LonLat {
  const { PI, sin, cos, sqrt, abs } = Math;
  const x = lon - 105, y = lat - 35, root = sqrt(abs(x));
  const wave = ((20 * sin(6 * PI * x) + 20 * sin(2 * PI * x)) * 2) / 3;
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave;
  north += ((20 * sin(PI * y) + 40 * sin((PI / 3) * y)) * 2) / 3 + ((160 * sin((PI / 12) * y) + 320 * sin((PI / 30) * y)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave;
  east += ((20 * sin(PI * x) + 40 * sin((PI / 3) * x)) * 2) / 3 + ((150 * sin((PI / 12) * x) + 300 * sin((PI / 30) * x)) * 2) / 3;
  const a = 6378245, e2 = 0.00669342162296594323, phi = (lat * PI) / 180, magic = 1 - e2 * sin(phi) ** 2;
  return [lon + (east * 180) / ((a / sqrt(magic)) * cos(phi) * PI), lat + (north * 180) / (((a * (1 - e2)) / (magic * sqrt(magic))) * PI)];
}

const TILE = 256;
export const worldPixel = ([lon, lat]: LonLat, zoom: number): [number, number] => {
  const size = TILE * 2 ** zoom, s = Math.sin((lat * Math.PI) / 180);
  return [((lon + 180) / 360) * size, (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * size];
};
export const fromPixel = ([x, y]: [number, number], zoom: number): LonLat => {
  const size = TILE * 2 ** zoom;
  return [(x / size) * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / size))) * 180) / Math.PI];
};

/** Cells a side into which a tile is cut, so that a shift linear over a cell stays well within a metre of the true one. */
export const cells = (zoom: number): number => Math.min(128, Math.max(2, 2 ** Math.max(0, 15 - zoom)));

export interface Patch { x: number; y: number; width: number; height: number; sx: number; sy: number; swidth: number; sheight: number }

/** Where each cell of a true tile lies on the GCJ-02 tiles of the same zoom: source in world pixels, target in pixels of the tile. */
export function patches(zoom: number, column: number, row: number): Patch[] {
  const n = cells(zoom), side = TILE / n, out: Patch[] = [];
  const corners: [number, number][][] = [];
  for (let j = 0; j <= n; j++) corners.push(Array.from({ length: n + 1 }, (_, i) => worldPixel(toGcj02(fromPixel([column * TILE + i * side, row * TILE + j * side], zoom)), zoom)));
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) {
    const [a, b, c, d] = [corners[j][i], corners[j][i + 1], corners[j + 1][i], corners[j + 1][i + 1]];
    const left = (a[0] + c[0]) / 2, right = (b[0] + d[0]) / 2, top = (a[1] + b[1]) / 2, bottom = (c[1] + d[1]) / 2;
    out.push({ x: i * side, y: j * side, width: side, height: side, sx: left, sy: top, swidth: right - left, sheight: bottom - top });
  }
  return out;
}

/** Where a position drawn on GCJ-02 tiles comes to lie on the map, by the same cells: for checks. */
export function shifted(at: LonLat, zoom: number): LonLat {
  const [wx, wy] = worldPixel(toGcj02(at), zoom);
  const [tx, ty] = worldPixel(at, zoom);
  for (const patch of patches(zoom, Math.floor(tx / TILE), Math.floor(ty / TILE))) {
    const u = (wx - patch.sx) / patch.swidth, v = (wy - patch.sy) / patch.sheight;
    if (u >= -0.02 && u <= 1.02 && v >= -0.02 && v <= 1.02) {
      return fromPixel([Math.floor(tx / TILE) * TILE + patch.x + u * patch.width, Math.floor(ty / TILE) * TILE + patch.y + v * patch.height], zoom);
    }
  }
  return [NaN, NaN];
}
