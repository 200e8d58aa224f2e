import assert from "node:assert/strict";
import { test } from "node:test";
import { Grid, boxes, cell, inside, unpackShapes } from "./decode.ts";

// one square (0,0)-(10,10) with the hole (4,4)-(6,6), and one triangle, written by hand
const bytes: number[] = [];
const put = (value: number): void => { for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128); bytes.push(value); };
const zig = (value: number): void => put(value < 0 ? -2 * value - 1 : 2 * value);
[2, 3, 11].forEach(put);
[2, 1].forEach(put); // rings of each shape
[4, 4, 3].forEach(put); // vertices of each ring
let px = 0, py = 0;
for (const [x, y] of [[0, 0], [10, 0], [10, 10], [0, 10], [4, 4], [4, 6], [6, 6], [6, 4], [200, 0], [300, 0], [200, 100]]) {
  zig(x - px);
  zig(y - py);
  [px, py] = [x, y];
}
const shapes = unpackShapes(Uint8Array.from(bytes));

test("vertices come back as they were", () => {
  assert.equal(shapes.count, 2);
  assert.deepEqual([...shapes.ring], [0, 4, 8, 11]);
  assert.deepEqual([...shapes.xy.slice(16)], [200, 0, 300, 0, 200, 100]);
});

test("a hole is not inside", () => {
  assert.equal(inside(shapes, 0, 2, 2), true);
  assert.equal(inside(shapes, 0, 5, 5), false);
  assert.equal(inside(shapes, 1, 220, 20), true);
  assert.equal(inside(shapes, 1, 290, 90), false);
});

test("the grid finds what a rectangle touches", () => {
  const grid = new Grid(boxes(shapes));
  assert.deepEqual(grid.query(1, 1, 2, 2), [0]);
  assert.deepEqual(grid.query(-5, -5, 400, 400), [0, 1]);
  assert.deepEqual(grid.query(50, 50, 60, 60), []);
});

test("cells are told with their unit and nothing for what is missing", () => {
  assert.equal(cell({ name: "a", label: "a", kind: "number", values: [1234.5, null], digits: 2, unit: "亩" }, 0), "1,234.50 亩");
  assert.equal(cell({ name: "a", label: "a", kind: "number", values: [1234.5, null], digits: 2, unit: "亩" }, 1), "");
  assert.equal(cell({ name: "b", label: "b", kind: "text", words: ["x"], codes: [-1] }, 0), "");
});
