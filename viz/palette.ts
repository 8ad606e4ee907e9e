/** Colours come from the style sheet (light or dark); a canvas needs them as values, and hatches as patterns. */
import type { RoleInterval } from "../sim/run.ts";

export type Role = RoleInterval["role"];

export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly card: string;
  readonly read: string;
  readonly write: string;
  readonly replicaRead: string;
  readonly fail: string;
  readonly unknown: string;
  readonly lease: string;
  readonly fault: string;
  readonly faultEdge: string;
  readonly outage: string;
  readonly good: string;
  readonly role: Readonly<Record<Role, string>>;
  readonly zone: Readonly<Record<string, string>>;
}

/** Each role with its colour's name in the style sheet and what it means, in the order of the legend. */
export const roleLegend: readonly {
  readonly role: Role;
  readonly colour: string;
  readonly isHatched: boolean;
}[] = [
  { role: "primary", colour: "--primary", isHatched: false },
  { role: "replica", colour: "--replica", isHatched: false },
  { role: "candidate", colour: "--candidate", isHatched: false },
  { role: "lapsed", colour: "--lapsed", isHatched: false },
  { role: "handover", colour: "--handover", isHatched: false },
  { role: "recovering", colour: "--recovering", isHatched: true },
  { role: "log leader", colour: "--log-leader", isHatched: false },
  { role: "log follower", colour: "--log-follower", isHatched: false },
  { role: "log repairing", colour: "--recovering", isHatched: true },
  { role: "paused", colour: "--paused", isHatched: true },
  { role: "down", colour: "--down", isHatched: true },
];

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const role = Object.fromEntries(
    roleLegend.map((entry) => [entry.role, value(entry.colour)]),
  ) as Record<Role, string>;
  return {
    ink: value("--ink"),
    muted: value("--muted"),
    line: value("--line"),
    card: value("--card"),
    read: value("--read"),
    write: value("--write"),
    replicaRead: value("--replica-read"),
    fail: value("--fail"),
    unknown: value("--unknown"),
    lease: value("--lease"),
    fault: value("--fault"),
    faultEdge: value("--fault-edge"),
    outage: value("--outage"),
    good: value("--good"),
    role,
    zone: { a: value("--zone-a"), b: value("--zone-b"), c: value("--zone-c") },
  };
}

/** Diagonal stripes on a clear ground, six pixels apart. */
export function hatch(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = 6;
  tile.height = 6;
  const drawing = tile.getContext("2d");
  if (drawing === null) return colour;
  drawing.strokeStyle = colour;
  drawing.lineWidth = 1.4;
  drawing.beginPath();
  for (const start of [-6, 0, 6]) {
    drawing.moveTo(start, 6);
    drawing.lineTo(start + 6, 0);
  }
  drawing.stroke();
  return context.createPattern(tile, "repeat") ?? colour;
}
