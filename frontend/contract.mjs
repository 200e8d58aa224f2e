// Unpacks a packed layer (JSON of head and body on standard input) with the client's own code and tells what it holds, for the tests of the Python side.
import { build } from "esbuild";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const out = join(tmpdir(), `spatial-contract-${process.pid}.mjs`);
await build({ stdin: { contents: 'export * from "./src/data.ts"; export * from "./src/codec.ts";', resolveDir: ".", loader: "ts" }, bundle: true, platform: "node", format: "esm", outfile: out });
const { unpack, cell } = await import(pathToFileURL(out).href);
rmSync(out);
const { head, body } = JSON.parse(readFileSync(0, "utf8"));
const data = await unpack(head, body);
const plane = (one) => Array.from({ length: one.shapes.count }, (_, s) => {
  const { shape, ring, corner, x, y } = one.shapes;
  return Array.from({ length: shape[s + 1] - shape[s] }, (_, k) => Array.from(corner.subarray(ring[shape[s] + k], ring[shape[s] + k + 1]), (c) => one.lonLat(x[c], y[c])));
});
const cells = (column, count) => Array.from({ length: count }, (_, i) => cell(column, i));
process.stdout.write(JSON.stringify({
  parcels: plane(data.parcels), carriers: plane(data.carriers),
  columns: Object.fromEntries([...data.columns].map(([name, column]) => [name, cells(column, data.payload.parcels.count)])),
  ledgers: Object.fromEntries(data.ledgers.map((one) => [one.head.name, { rows: one.columns.map((column) => cells(column, one.head.count)), first: [...one.first], row: [...one.row] }])),
  pieces: { first: [...data.pieces.first], carrier: [...data.pieces.carrier], area: [...data.pieces.area] },
}));
