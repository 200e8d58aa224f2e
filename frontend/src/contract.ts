// The data contract with spatial/render/map_payload.py: what a payload holds. Every text in it is data and is shown as text only.

import type { Column } from "./decode.ts";

export interface Grade { label: string; colour: string }

export interface Theme { id: string; label: string; unit: string; classes: (number | null)[]; grades: Grade[]; shown: string[] }

export interface Category { code: string; label: string; colour: string; count: number; mu: string }

export interface Score { clause: string; title: string; zone: string; value: string; target: string; verdict: string; status: string }

export interface Payload {
  version: 1;
  language: string;
  title: string;
  subtitle: string;
  stamp: string;
  origin: [number, number]; // longitude and latitude of step 0
  step: number; // degrees a step
  coordinates: boolean; // whether the pointer's position is shown
  columns: Column[];
  categories: Category[];
  status: number[]; // category of each parcel, -1 for none
  carriers: { names: string[]; themes: Theme[]; rows: string[][] };
  scores: Score[];
  labels: Record<string, string>;
  notes: string[];
}

export const text = (payload: Payload, key: string): string => payload.labels[key] ?? key;
