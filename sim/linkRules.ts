/** What faults do to links: rules that cover some directed links while they are in force. */
import { messageKinds, type MessageKind } from "../engine/bytes/frame.ts";
import type { FaultCounter, Place } from "./place.ts";

export type LinkEffect =
  | "cut" // nothing arrives: frames are lost, streams of clients wait as TCP does
  | "clog" // everything waits until the rule ends, then arrives in order
  | "lose" // a frame is lost with probability `ratio`
  | "duplicate" // a frame arrives a second time with probability `ratio`
  | "reorder" // a frame is held back by up to `byUs` and overtaken, with probability `ratio`
  | "hold" // a frame arrives `byUs` later, out of order, with probability `ratio`
  | "slow"; // every delay is `factor` times as long

export interface LinkRule {
  readonly covers: (from: Place, to: Place) => boolean;
  readonly effect: LinkEffect;
  readonly ratio: number;
  readonly byUs: number;
  readonly factor: number;
  /** Only frames of these kinds; undefined: all, and the streams of clients. */
  readonly frameKinds: ReadonlySet<number> | undefined;
  readonly counter: FaultCounter;
}

/** A rule of one effect; what is not said does not matter to that effect. */
export function linkRule(
  effect: LinkEffect,
  covers: (from: Place, to: Place) => boolean,
  counter: FaultCounter,
  details: Partial<Pick<LinkRule, "ratio" | "byUs" | "factor" | "frameKinds">> = {},
): LinkRule {
  return {
    covers,
    effect,
    ratio: details.ratio ?? 1,
    byUs: details.byUs ?? 0,
    factor: details.factor ?? 1,
    frameKinds: details.frameKinds,
    counter,
  };
}

/** The numbers on the wire of some kinds of frames. */
export function frameKindNumbers(kinds: readonly MessageKind[]): ReadonlySet<number> {
  return new Set(kinds.map((kind) => messageKinds[kind]));
}

/** Whether a rule spares no kind of frame, and so concerns streams of clients too. */
export function isTotal(rule: LinkRule): boolean {
  return rule.frameKinds === undefined;
}

/** Whether a rule that covers a link concerns this frame. */
export function concerns(rule: LinkRule, frame: Uint8Array): boolean {
  return rule.frameKinds === undefined || rule.frameKinds.has(frame[2] ?? 0);
}
