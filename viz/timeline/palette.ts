/** Colours come from the style sheet (light or dark); a canvas needs them as values, and hatches as patterns. */
import { severities } from "./severity.ts";
import { fill, type Paint } from "./surface.ts";
import type { RoleInterval } from "../../sim/run.ts";

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
  readonly believed: string;
  readonly position: string;
  readonly role: Readonly<Record<Role, Paint>>;
  /** By the number of the severity. */
  readonly severity: readonly string[];
  /** By the number of the outcome. */
  readonly outcome: readonly string[];
  readonly zone: Readonly<Record<string, Paint>>;
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
  const canvas = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
  const value = (name: string): string => plainColour(canvas, style.getPropertyValue(name).trim());
  const role = Object.fromEntries(
    roleLegend.map((each) => [each.role, fill(value(each.colour), 1, each.isHatched)]),
  ) as Record<Role, Paint>;
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
    believed: value("--believed"),
    position: value("--position"),
    role,
    severity: severities.map((name) => value(`--severity-${name}`)),
    outcome: [value("--write"), value("--fail"), value("--unknown"), value("--unknown")],
    zone: {
      a: fill(value("--zone-a")),
      b: fill(value("--zone-b")),
      c: fill(value("--zone-c")),
    },
  };
}

/** A canvas says every full colour as "#rrggbb", however the style sheet wrote it. */
function plainColour(context: CanvasRenderingContext2D, colour: string): string {
  context.fillStyle = colour;
  return context.fillStyle;
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

/** The colour, of card and ink, that stands out more from a ground. */
export function readableOn(ground: string, { card, ink }: Pick<Palette, "card" | "ink">): string {
  const away = (colour: string): number => Math.abs(brightness(colour) - brightness(ground));
  return away(card) >= away(ink) ? card : ink;
}

/** Of "#rrggbb", 0 to 255, as eyes weigh the three. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(colour.slice(at, at + 2), 16),
  );
  return 0.3 * red + 0.59 * green + 0.11 * blue;
}
