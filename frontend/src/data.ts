// A payload unpacked: shapes, columns, ledgers and carriers' pieces, ready to be asked.

import { strFromU8 } from "fflate";
import { Body, type Column, type Ints, type NumberColumn, type TextColumn, base64, column, inflate, shapes } from "./codec.ts";
import { type Payload, type Ref, type TableHead, VERSION } from "./contract.ts";
import { HeldPlane, type Plane } from "./plane.ts";
import { TiledPlane } from "./tiled.ts";

export interface Ledger { head: TableHead; columns: Column[]; first: Uint32Array; row: Uint32Array } // rows of parcel i: row[first[i]] ... row[first[i + 1] - 1]

/** Items sorted by parcel as first positions of each parcel. */
const firsts = (count: number, sorted: Ints): Uint32Array => {
  const out = new Uint32Array(count + 1);
  for (let i = 0; i < sorted.length; i++) out[sorted[i] + 1]++;
  for (let i = 0; i < count; i++) out[i + 1] += out[i];
  return out;
};

export interface Data {
  payload: Payload;
  body: Body;
  parcels: Plane;
  carriers: HeldPlane;
  columns: Map<string, Column>;
  ledgers: Ledger[];
  area: Float64Array; // m² of every parcel
  pieces: { first: Uint32Array; carrier: Ints; area: Ints }; // area in hundredths of m²
}

/** What could not be fetched from beside the page. */
export class Unserved extends Error {}

async function fetched(url: string): Promise<Uint8Array> {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) throw new Unserved(url);
  return new Uint8Array(await answer.arrayBuffer());
}

async function ground(held: Body, { parcels, tiles, origin, step }: Payload): Promise<Plane> {
  if (!tiles || !parcels.boxes) return new HeldPlane(await shapes(held, parcels.shapes), origin, step);
  const names = ["west", "south", "wide", "tall", "x", "y"] as const;
  const [west, south, wide, tall, x, y] = await Promise.all(names.map((name) => held.ints(parcels.boxes![name] as Ref)));
  return new TiledPlane({ west, south, wide, tall, x, y }, origin, step, new URL(tiles.archive, document.baseURI).href, tiles.levels, tiles.least);
}

export async function unpack(head: string, body: string): Promise<Data> {
  const payload = JSON.parse(strFromU8(await inflate(base64(head)))) as Payload;
  if (payload.version !== VERSION) throw new Error(`payload version ${String(payload.version)}`);
  const held = new Body(payload.tiles ? await fetched(payload.tiles.columns) : base64(body));
  const { parcels, carriers } = payload;
  const [plane, zones, listed] = await Promise.all([ground(held, payload), shapes(held, carriers.shapes), Promise.all(parcels.columns.map((one) => column(held, one)))]);
  const columns = new Map(listed.map((one) => [one.head.name, one]));
  const ledgers = await Promise.all(payload.tables.map(async (table): Promise<Ledger> => {
    const [on, row, made] = await Promise.all([held.ints(table.parcels), held.ints(table.rows), Promise.all(table.columns.map((one) => column(held, one)))]);
    return { head: table, columns: made, first: firsts(parcels.count, on), row: Uint32Array.from(row) };
  }));
  const [on, carrier, area] = await Promise.all([held.ints(carriers.pieces.parcel), held.ints(carriers.pieces.carrier), held.ints(carriers.pieces.area)]);
  const size = columns.get("area_m2") as NumberColumn | undefined;
  return {
    payload, body: held, parcels: plane, carriers: new HeldPlane(zones, payload.origin, payload.step), columns, ledgers,
    area: size ? size.values : new Float64Array(parcels.count), pieces: { first: firsts(parcels.count, on), carrier, area },
  };
}

export const textColumn = (data: Data, name: string): TextColumn | undefined => {
  const found = data.columns.get(name);
  return found?.kind === "text" ? found : undefined;
};
export const numberColumn = (data: Data, name: string): NumberColumn | undefined => {
  const found = data.columns.get(name);
  return found && found.kind !== "text" ? found : undefined;
};
