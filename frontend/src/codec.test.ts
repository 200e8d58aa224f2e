import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "fflate";
import { Body, cell, column, csvCell, shapes, words } from "./codec.ts";
import type { Ref } from "./contract.ts";
import { HeldPlane } from "./plane.ts";
import { length, patches, project, ringArea, shifted, toGcj02 } from "./geodesy.ts";

const parts: number[] = [];
/** A buffer written by hand: byte planes, low bytes first, deflated. */
const put = (values: number[], planes = 1, coding = 0): Ref => {
  const bytes = new Uint8Array(values.length * planes);
  values.forEach((value, i) => { for (let k = 0; k < planes; k++) bytes[k * values.length + i] = Math.floor(value / 256 ** k) & 255; });
  const packed = deflateSync(bytes);
  const start = parts.length;
  parts.push(...packed);
  return [start, packed.length, values.length, planes, coding];
};
const zig = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

// two squares of ten steps side by side: the second shares two corners with the first
const head = {
  count: 2, points: 8, corners: 6, rings: put([1, 1]), sizes: put([4, 4]),
  links: put([0, 0, 0, 0, 1 + zig(-2), 0, 0, 1 + zig(-3)]), // corners 0 1 2 3, then 1 4 5 2
  dx: put([0, 10, 0, -10, 10, 0].map(zig), 1, 1), dy: put([0, 0, 10, 0, 0, 10].map(zig), 1, 1),
};

test("corners that shapes share stand once", async () => {
  const made = await shapes(new Body(Uint8Array.from(parts)), head);
  assert.deepEqual([...made.corner], [0, 1, 2, 3, 1, 4, 5, 2]);
  assert.deepEqual([...made.x], [0, 10, 10, 0, 20, 20]);
  assert.deepEqual([...made.y], [0, 0, 10, 10, 0, 10]);
  const plane = new HeldPlane(made, [120, 30], 1e-6);
  assert.equal(plane.inside(0, 5, 5), true);
  assert.equal(plane.inside(1, 5, 5), false);
  assert.deepEqual([...plane.query(15, 2, 16, 3)], [1]);
  assert.deepEqual(plane.middle(1), [15, 5.25]);
});

test("numbers come back with their missing cells", async () => {
  const values = put([0, 1, 70_001], 3);
  const made = await column(new Body(Uint8Array.from(parts)), { name: "a", label: "a", kind: "number", least: -5, digits: 1, unit: "亩", values });
  assert.deepEqual([0, 1, 2].map((i) => cell(made, i)), ["", "-0.5 亩", "6,999.5 亩"]);
  assert.equal(cell({ ...made, head: { ...made.head, unit: "10⁴ CNY" } }, 2), "6,999.5 × 10⁴ CNY");
});

test("differences are summed", async () => {
  const ref = put([5, -3, 300].map(zig), 2, 2);
  assert.deepEqual([...(await new Body(Uint8Array.from(parts)).ints(ref))], [5, 2, 302]);
});

test("texts are front-coded", async () => {
  const rest = [...new TextEncoder().encode("宗地一二")]; // 宗地一, then 宗地 again with 二
  const head = { shared: put([0, 6]), sizes: put([9, 3]), bytes: put(rest) };
  const made = await words(new Body(Uint8Array.from(parts)), head);
  assert.deepEqual(made.all(), ["宗地一", "宗地二"]);
});

test("lengths, areas and grid coordinates are those of the ellipsoid", () => {
  assert.ok(Math.abs(length([[120, 30], [121, 30]]) - 96485.97408) < 0.001); // pyproj.Geod(a=6378137, rf=298.257222101)
  assert.ok(Math.abs(ringArea([[120, 30], [120.01, 30], [120.01, 30.01], [120, 30.01]]).area - 1069521.174) < 0.01);
  const [east, north] = project([120.264, 30.185], 120, 40500000);
  assert.ok(Math.abs(east - 40525425.04375) < 0.001 && Math.abs(north - 3340650.8398) < 0.001, `${east} ${north}`); // EPSG:4528 by PROJ
});

test("a corner lies within a metre of its place on shifted tiles at every zoom", () => {
  assert.ok(Math.abs(length([[120.264, 30.185], toGcj02([120.264, 30.185])]) - 509) < 1);
  for (const at of [[120.264, 30.185], [116.39, 39.9], [103.8501, 36.05], [113.2, 23.1]] as [number, number][]) {
    for (let zoom = 8; zoom <= 19; zoom++) assert.ok(length([at, shifted(at, zoom)]) < 1, `${at} at ${zoom}: ${length([at, shifted(at, zoom)])} m`);
  }
  assert.equal(patches(16, 54000, 26000).length, 4);
});

test("a cell of a table is no formula, and says what it said", () => {
  for (const text of ["=1+1", "+A", "-B", "@C", "＝1+1", "－2", "\t=1", "  =1", "\u3000@x"]) assert.ok(csvCell(text).replace(/^"/, "").startsWith(`'${text}`), text);
  for (const text of ["-12.5", "1,234.50", "甲区", "a=b"]) assert.equal(csvCell(text).replace(/"/g, ""), text);
  assert.equal(csvCell('a"b,c'), '"a""b,c"');
});
